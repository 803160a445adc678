/* Scans nonces of the Cosmic Harmony function. The algebra is that of block.h: within a block whose nonces share their
   high half one variable is free, and an item walks one block.

   Build options: LANES, 1 on a GPU and 16 on a CPU device (whose compilers do not vectorise across items), and
   BLOCK_BITS, nonces per item as a power of two, at least LANES and at most 65536. */

#if LANES == 1
typedef uint vec;
#define ANY(x) (x)
#define IOTA32 0u
#else
typedef uint16 vec;
#define ANY(x) any(x)
#define IOTA32 (uint16)(0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 480)
#endif

#define ROTL5(x) rotate((x), (vec)(5))
#define STEP(a, b, c) a = ROTL5(a ^ b) + c
#define ROUND(a, b, c, d, e, f, g, h) \
   STEP(a, b, c); STEP(b, c, d); STEP(c, d, e); STEP(d, e, f); STEP(e, f, g); STEP(f, g, h); STEP(g, h, a); STEP(h, a, b)

#define FREE_BITS (((1u << BLOCK_BITS) - 1u) << 5)

/* found[0] counts the candidates, found[1..capacity] are their distances from `first`, in no order; those past the
   capacity are only counted. A candidate is a nonce of first..last whose first output word is at most the target. `base` is `first`
   rounded down to a block. */
static void put(__global uint *found, uint capacity, uint nonce, uint first, uint last)
{
   if (nonce < first || nonce > last)
      return;
   const uint at = atomic_inc(found);
   if (at < capacity)
      found[1 + at] = nonce - first;
}

__kernel void scan(uint8 state, uint base, uint blocks, uint first, uint last, uint target, uint capacity,
                   __global uint *found)
{
   const uint item = (uint)get_global_id(0);
   if (item >= blocks)
      return;
   const uint start = base + (item << BLOCK_BITS);

   const uint k1 = state.s1 ^ (start >> 16);
   const uint rotated = rotate(state.s0 ^ start ^ k1, 5u);
   const uint nonce_xor = ((rotated & FREE_BITS) >> 5) | (start & 0xFFFFu);
   const uint t5 = rotate(k1 ^ state.s2, 5u) + state.s3;
   const uint t6 = rotate(state.s2 ^ state.s3, 5u) + state.s4;
   const uint t7 = rotate(state.s3 ^ state.s4, 5u) + state.s5;
   const uint t0 = rotate(state.s4 ^ state.s5, 5u) + state.s6;
   const uint t1 = rotate(state.s5 ^ state.s6, 5u) + state.s7;
   const uint t2 = rotate(state.s6 ^ state.s7, 5u);
   const uint u0 = rotate(t0 ^ t1, 5u) + t2;
   const uint u5 = rotate(t5 ^ t6, 5u) + t7;
   const uint u6 = rotate(t6 ^ t7, 5u) + u0;

   vec a = (vec)((rotated & ~FREE_BITS) + state.s2) + IOTA32;
   for (uint m = 0; m < (1u << BLOCK_BITS); m += LANES) {
      /* Rounds 1 and 2. */
      const vec x2 = a + t2;
      const vec x3 = ROTL5(a ^ state.s7) + t5;
      vec s4 = a + u0;
      vec s5 = ROTL5((vec)(t1) ^ x2) + x3;
      vec s6 = ROTL5(x2 ^ x3) + a;
      vec s7 = ROTL5(x3 ^ a) + t5;
      vec s0 = ROTL5(a ^ t5) + t6;
      vec s1 = (vec)(u5);
      vec s2 = a + u6;
      vec s3 = ROTL5((vec)(t7) ^ s4) + s5;
      /* Rounds 3 to 12: the exchange of halves is in the names. */
      ROUND(s0, s1, s2, s3, s4, s5, s6, s7);
      ROUND(s4, s5, s6, s7, s0, s1, s2, s3);
      ROUND(s0, s1, s2, s3, s4, s5, s6, s7);
      ROUND(s4, s5, s6, s7, s0, s1, s2, s3);
      ROUND(s0, s1, s2, s3, s4, s5, s6, s7);
      ROUND(s4, s5, s6, s7, s0, s1, s2, s3);
      ROUND(s0, s1, s2, s3, s4, s5, s6, s7);
      ROUND(s4, s5, s6, s7, s0, s1, s2, s3);
      ROUND(s0, s1, s2, s3, s4, s5, s6, s7);
      ROUND(s4, s5, s6, s7, s0, s1, s2, s3);
      const vec y = (s1 ^ s2 ^ s3 ^ s4 ^ s5 ^ s6 ^ s7) * 0x9E3779B9u;

      if (ANY(y <= target)) {
#if LANES == 1
         put(found, capacity, (start & 0xFFFF0000u) | (m ^ nonce_xor), first, last);
#else
         uint words[LANES];
         vstore16(y, 0, words);
         for (uint lane = 0; lane < LANES; ++lane)
            if (words[lane] <= target)
               put(found, capacity, (start & 0xFFFF0000u) | ((m + lane) ^ nonce_xor), first, last);
#endif
      }
      a += 32u * LANES;
   }
}
