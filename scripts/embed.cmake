#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# embed: write files as C arrays.  cmake -DOUT=x.c -DFILES="a;b" -P embed.cmake
#
# Each file gives a NUL-terminated "const char embed_NAME[]", where NAME is
# the file's name with everything but letters and digits as "_", and a row of
# the table embed_BASE, where BASE is the name of the output file.
#

get_filename_component(base ${OUT} NAME_WE)
set(code "/* Made from other files; see scripts/embed.cmake. */\n\n")
string(APPEND code "#include <stddef.h>\n\n#include \"${base}.h\"\n\n")
set(rows "")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE "[^A-Za-z0-9]" "_" id ${name})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n\t" hex
    "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND code "static const char embed_${id}[] = {\n\t${hex}0\n};\n\n")
  string(APPEND rows "\t{ \"${name}\", embed_${id} },\n")
endforeach()
string(APPEND code
  "const struct ${base}_file ${base}_files[] = {\n${rows}\t{ NULL, NULL }\n};\n")
file(WRITE ${OUT} "${code}")
