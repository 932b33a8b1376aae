struct in_header {
	int m;
};
typedef struct {
	int m;
} typedef_t;
