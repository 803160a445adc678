// A symbol that the host and other plugins would see.
__attribute__((visibility("default"))) int fixture_helper(void);
int fixture_helper(void) {
   return 1;
}
