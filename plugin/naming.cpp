//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//

#include "compat.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/FileManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "naming.h"

using namespace clang;
using llvm::SmallString;
using llvm::SmallVector;
using llvm::StringRef;

namespace iplint {

//===----------------------------------------------------------------------===//
// Files and places
//===----------------------------------------------------------------------===//

Naming::Naming(ASTContext &C, struct names *N, StringRef R)
    : Ctx(C), SM(C.getSourceManager()), Names(N) {
  SmallString<256> Real;
  if (R.empty())
    return;
  if (llvm::sys::fs::real_path(R, Real))
    Real = R;
  while (Real.size() > 1 && Real.back() == '/')
    Real.pop_back();
  Root = Real.str().str();
  if (Root != "/")
    Root += '/';
}

std::string Naming::path(StringRef File) {
  if (File.empty() || File.front() == '<')
    return File.str();
  StringRef Folder = llvm::sys::path::parent_path(File);
  auto Known = Folders.find(Folder);
  if (Known == Folders.end()) {
    SmallString<256> Abs(Folder), Real;
    SM.getFileManager().makeAbsolutePath(Abs);
    if (llvm::sys::fs::real_path(Abs, Real))
      Real = Abs;
    if (Real.empty() || Real.back() != '/')
      Real += '/';
    StringRef Short = Real;
    if (!Root.empty() && compat::startsWith(Short, Root))
      Short = Short.substr(Root.size());
    Known = Folders.insert({Folder, Short.str()}).first;
  }
  return Known->second + llvm::sys::path::filename(File).str();
}

name_t Naming::file(FileID FID) {
  if (FID == LastFile && LastName != 0)
    return LastName;
  name_t &Name = Files[FID];
  if (Name == 0) {
    if (auto Entry = SM.getFileEntryRefForID(FID))
      Name = intern(path(Entry->getName()));
    else
      Name = intern(FID == SM.getMainFileID() ? "<stdin>" : "<built-in>");
  }
  LastFile = FID;
  LastName = Name;
  return Name;
}

name_t Naming::fileOf(SourceLocation Loc) {
  return Loc.isValid() ? file(SM.getFileID(SM.getExpansionLoc(Loc))) : 0;
}

StringRef Naming::identifierAt(SourceLocation Loc) {
  if (Loc.isInvalid() || Loc.isMacroID())
    return "";
  auto [FID, Offset] = SM.getDecomposedLoc(Loc);
  bool Invalid = false;
  StringRef Text = SM.getBufferData(FID, &Invalid);
  if (Invalid || Offset >= Text.size())
    return "";
  Text = Text.substr(Offset);
  return Text.take_while(
      [](char C) { return isAlphanumeric(C) || C == '_' || C == '$'; });
}

Spot Naming::spot(SourceLocation Loc) {
  Spot S;
  if (Loc.isInvalid())
    return S;
  SourceLocation Begin = Loc, End = Loc;
  if (Loc.isMacroID()) {
    CharSourceRange R = SM.getExpansionRange(Loc);
    Begin = R.getBegin();
    End = R.getEnd();
  }
  auto [FID, Offset] = SM.getDecomposedLoc(Begin);
  S.File = file(FID);
  S.Line = SM.getLineNumber(FID, Offset);
  S.Col = SM.getColumnNumber(FID, Offset);
  if (Loc.isFileID())
    return S;
  S.Macro = intern(identifierAt(Begin));
  auto [SpellFID, SpellOffset] = SM.getDecomposedSpellingLoc(Loc);
  if (SpellFID == FID && SpellOffset >= Offset &&
      SpellOffset <= SM.getFileOffset(End))
    return S; // in an argument of the macro
  if (S.Macro == 0 || !SM.getFileEntryRefForID(SpellFID))
    return S; // pasted, predefined, or given on the command line
  S.SFile = file(SpellFID);
  S.SLine = SM.getLineNumber(SpellFID, SpellOffset);
  S.SCol = SM.getColumnNumber(SpellFID, SpellOffset);
  return S;
}

name_t Naming::string(const StringLiteral *S) {
  StringRef Text = S->getString();
  Text = Text.substr(0, Text.find('\0'));
  if (Text.find('/') == StringRef::npos)
    return intern(Text);
  FileID FID = SM.getFileID(SM.getExpansionLoc(S->getBeginLoc()));
  auto Entry = SM.getFileEntryRefForID(FID);
  StringRef Name = Entry ? Entry->getName() : "";
  size_t At =
      Name.find('/') != StringRef::npos ? Text.find(Name) : StringRef::npos;
  if (At == StringRef::npos)
    return intern(Text);
  return intern(Text.substr(0, At).str() + text(file(FID)).str() +
                Text.substr(At + Name.size()).str());
}

// The expansions that begin (or end) exactly at Loc, innermost first.
static void expansionsAt(const SourceManager &SM, const LangOptions &LO,
                         SourceLocation Loc, bool AtEnd,
                         SmallVectorImpl<FileID> &Out) {
  while (Loc.isMacroID()) {
    FileID FID = SM.getFileID(Loc);
    const SrcMgr::ExpansionInfo &Info = SM.getSLocEntry(FID).getExpansion();
    if (Info.isMacroArgExpansion()) {
      Loc = SM.getImmediateSpellingLoc(Loc);
      continue;
    }
    SourceLocation Unused;
    if (!AtEnd) {
      if (!SM.isAtStartOfImmediateMacroExpansion(Loc, &Unused))
        return;
      Loc = Info.getExpansionLocStart();
    } else {
      unsigned Length =
          Lexer::MeasureTokenLength(SM.getSpellingLoc(Loc), SM, LO);
      SourceLocation After = Loc.getLocWithOffset(Length);
      if (Length == 0 || !SM.isAtEndOfImmediateMacroExpansion(After, &Unused))
        return;
      Loc = Info.getExpansionLocEnd();
    }
    Out.push_back(FID);
  }
}

name_t Naming::macroOf(const Expr *E) {
  SourceLocation Begin = E->getBeginLoc(), End = E->getEndLoc();
  if (!Begin.isMacroID() || !End.isMacroID())
    return 0;
  SmallVector<FileID, 8> Starts, Ends;
  const LangOptions &LO = Ctx.getLangOpts();
  expansionsAt(SM, LO, Begin, false, Starts);
  if (Starts.empty())
    return 0;
  expansionsAt(SM, LO, End, true, Ends);
  for (size_t I = Starts.size(); I-- > 0;) {
    if (!llvm::is_contained(Ends, Starts[I]))
      continue;
    const SrcMgr::ExpansionInfo &Info =
        SM.getSLocEntry(Starts[I]).getExpansion();
    StringRef Name =
        identifierAt(SM.getSpellingLoc(Info.getExpansionLocStart()));
    if (!Name.empty())
      return intern(Name);
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Records and types
//===----------------------------------------------------------------------===//

// The struct or union under pointers and arrays, or null.
static const RecordDecl *rootRecord(const ASTContext &Ctx, QualType T) {
  for (;;) {
    T = T.getCanonicalType();
    if (const auto *P = dyn_cast<PointerType>(T))
      T = P->getPointeeType();
    else if (const ArrayType *A = Ctx.getAsArrayType(T))
      T = A->getElementType();
    else if (const auto *A = dyn_cast<AtomicType>(T))
      T = A->getValueType();
    else
      break;
  }
  return T->getAsRecordDecl();
}

// "foo_softc.sc_u" for a record without tag and typedef name.  Empty if nothing
// in its scope is declared with it.
std::string Naming::ownerText(const RecordDecl *RD) {
  const auto *Parent = dyn_cast<RecordDecl>(RD->getDeclContext());
  if (Parent && RD->isAnonymousStructOrUnion())
    return text(record(Parent)).split('@').first.str();
  for (const Decl *D = RD->getNextDeclInContext(); D;
       D = D->getNextDeclInContext()) {
    QualType T;
    if (const auto *V = dyn_cast<DeclaratorDecl>(D))
      T = V->getType();
    else if (const auto *V = dyn_cast<TypedefNameDecl>(D))
      T = V->getUnderlyingType();
    else
      continue;
    if (const auto *F = T->getAs<FunctionType>())
      T = F->getReturnType();
    const RecordDecl *Root = rootRecord(Ctx, T);
    if (!Root || Root->getCanonicalDecl() != RD->getCanonicalDecl())
      continue;
    const auto *Named = cast<NamedDecl>(D);
    if (!Named->getIdentifier())
      break;
    if (Parent)
      return (text(record(Parent)).split('@').first + "." + Named->getName())
          .str();
    if (const auto *F = dyn_cast<FunctionDecl>(RD->getDeclContext()))
      return (F->getName() + "." + Named->getName()).str();
    return Named->getName().str();
  }
  return "";
}

std::string Naming::recordText(const RecordDecl *RD) {
  std::string Name;
  if (RD->getIdentifier())
    Name = RD->getName().str();
  else if (const TypedefNameDecl *T = RD->getTypedefNameForAnonDecl())
    Name = T->getName().str();
  else
    Name = ownerText(RD);
  StringRef File = text(fileOf(RD->getLocation()));
  if (Name.empty()) {
    Spot S = spot(RD->getLocation());
    return "unnamed." + std::to_string(S.Line) + "@" + File.str();
  }
  if (RD->isCompleteDefinition() && compat::endsWith(File, ".c"))
    Name += "@" + File.str();
  return Name;
}

name_t Naming::record(const RecordDecl *RD) {
  const RecordDecl *Def = RD->getDefinition();
  if (!Def)
    Def = cast<RecordDecl>(RD->getCanonicalDecl());
  auto Known = Decls.find(Def);
  if (Known != Decls.end())
    return Known->second;
  name_t Name = intern(recordText(Def));
  Decls[Def] = Name;
  return Name;
}

name_t Naming::field(const FieldDecl *FD) {
  auto Known = Decls.find(FD);
  if (Known != Decls.end())
    return Known->second;
  name_t Name = intern(FD->getIdentifier() ? FD->getName() : StringRef());
  Decls[FD] = Name;
  return Name;
}

static std::string integerText(const ASTContext &Ctx, QualType T) {
  uint64_t Bits = std::min<uint64_t>(Ctx.getTypeSize(T), 64);
  Bits = Bits <= 8 ? 8 : Bits <= 16 ? 16 : Bits <= 32 ? 32 : 64;
  return (T->isSignedIntegerOrEnumerationType() ? "i" : "u") +
         std::to_string(Bits);
}

static std::string classText(const ASTContext &Ctx, QualType T) {
  T = T.getCanonicalType();
  if (const auto *A = dyn_cast<AtomicType>(T))
    return classText(Ctx, A->getValueType());
  if (T->isVoidType())
    return "v";
  if (const auto *E = dyn_cast_or_null<EnumDecl>(T->getAsTagDecl()))
    return T->isIncompleteType() ? "u32"
                                 : integerText(Ctx, E->getIntegerType());
  if (T->isIntegerType())
    return integerText(Ctx, T);
  if (T->isArrayType())
    return "a";
  if (T->isRecordType())
    return "s";
  if (T->isFloatingType() || T->isVectorType() || T->isComplexType())
    return "f";
  return "p";
}

name_t Naming::type(QualType T) {
  const Type *Key = T.getCanonicalType().getTypePtr();
  auto Known = Types.find(Key);
  if (Known != Types.end())
    return Known->second;
  std::string Text = classText(Ctx, T);
  if (Text == "p" || Text == "s" || Text == "a")
    if (const RecordDecl *RD = rootRecord(Ctx, T))
      Text += ":" + text(record(RD)).str();
  name_t Name = intern(Text);
  Types[Key] = Name;
  return Name;
}

name_t Naming::signature(const FunctionType *FT) {
  const Type *Key = QualType(FT, 0).getCanonicalType().getTypePtr();
  auto Known = Signatures.find(Key);
  if (Known != Signatures.end())
    return Known->second;
  std::string Text = classText(Ctx, FT->getReturnType()) + "(";
  const auto *Proto = dyn_cast<FunctionProtoType>(FT);
  for (unsigned I = 0; Proto && I < Proto->getNumParams(); ++I)
    Text += (I ? "," : "") + classText(Ctx, Proto->getParamType(I));
  if (!Proto)
    Text += "...";
  else if (Proto->isVariadic())
    Text += Proto->getNumParams() ? ",..." : "...";
  name_t Name = intern(Text + ")");
  Signatures[Key] = Name;
  return Name;
}

name_t Naming::signature(const FunctionDecl *FD) {
  const auto *FT = FD->getType()->castAs<FunctionType>();
  if (isa<FunctionProtoType>(FT) || !FD->hasBody())
    return signature(FT);
  // A definition in the old style tells its parameters after all.
  std::string Text = classText(Ctx, FT->getReturnType()) + "(";
  for (unsigned I = 0; I < FD->getNumParams(); ++I)
    Text += (I ? "," : "") + classText(Ctx, FD->getParamDecl(I)->getType());
  return intern(Text + ")");
}

//===----------------------------------------------------------------------===//
// Functions and variables
//===----------------------------------------------------------------------===//

name_t Naming::global(const NamedDecl *D) {
  const Decl *Key = D->getCanonicalDecl();
  auto Known = Decls.find(Key);
  if (Known != Decls.end())
    return Known->second;
  name_t Name;
  const auto *V = dyn_cast<VarDecl>(D);
  if (const auto *Label = D->getAttr<AsmLabelAttr>()) {
    StringRef Text = Label->getLabel();
    Text.consume_front("\01");
    Name = intern(Text);
  } else if (V && V->isStaticLocal()) {
    std::string Text = D->getName().str();
    if (const auto *F = dyn_cast<FunctionDecl>(V->getDeclContext()))
      Text = text(global(F)).str() + "." + Text;
    unsigned Nth = ++StaticLocals[Text];
    Name = intern(Nth == 1 ? Text : Text + "." + std::to_string(Nth));
  } else {
    Name = intern(D->getIdentifier() ? D->getName() : StringRef("unnamed"));
  }
  Decls[Key] = Name;
  return Name;
}

} // namespace iplint
