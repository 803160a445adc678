// An address in the middle of code, which the loader must write there.
   .text
   .hidden fixture_address
   .globl fixture_address
fixture_address:
   .quad fixture_address
   .section .note.GNU-stack,"",%progbits
