/* Pointers at every depth are 64-bit numbers on wasm32. */
#include "case.h"

struct node;
typedef struct node *node_ptr;
typedef int (*callback)(struct node *node, const char *name, ...);
typedef callback callbacks[2];
typedef int function(void);

struct node {
	struct node *next;
	struct undefined *undefined;
	const char *const name;
	void **table;
	const volatile unsigned char *volatile const *deep;
	struct node *children[3];
	callback on_event;
	void (*release)(struct node *);
	int *(*(*finder)(int))[4];
	callbacks pair;
	node_ptr owner;
	function *plain;
	char (*row)[8];
};

struct node node;
