// Autolykos v2: the table of a height, built on the device, and a scan that reads it. Integers only; every index is a
// constant, so the words of a hash stay in registers.
//
// The table lies in PARTS buffers, element i in number i % PARTS at place i / PARTS: for devices whose largest buffer is
// smaller than the table. One buffer costs nothing.

#if PARTS == 1
#define TABLE(access) __global access ulong4 *table0
#define ELEMENT(i) table0[i]
#elif PARTS == 2
#define TABLE(access) __global access ulong4 *table0, __global access ulong4 *table1
#define ELEMENT(i) ((i) % 2 ? table1 : table0)[(i) / 2]
#elif PARTS == 4
#define TABLE(access)                                                                                                  \
   __global access ulong4 *table0, __global access ulong4 *table1, __global access ulong4 *table2,                     \
      __global access ulong4 *table3
#define ELEMENT(i) ((i) % 4 < 2 ? ((i) % 2 ? table1 : table0) : ((i) % 2 ? table3 : table2))[(i) / 4]
#else
#error "PARTS is 1, 2 or 4"
#endif

#define IV0 0x6a09e667f3bcc908UL
#define IV1 0xbb67ae8584caa73bUL
#define IV2 0x3c6ef372fe94f82bUL
#define IV3 0xa54ff53a5f1d36f1UL
#define IV4 0x510e527fade682d1UL
#define IV5 0x9b05688c2b3e6c1fUL
#define IV6 0x1f83d9abfb41bd6bUL
#define IV7 0x5be0cd19137e2179UL
#define PARAMETERS 0x01010020UL // 32 bytes out, no key

#define ROR(x, n) rotate((ulong)(x), (ulong)(64 - (n)))

#define G(a, b, c, d, x, y)                                                                                            \
   a += x + b;                                                                                                         \
   d = ROR(d ^ a, 32);                                                                                                 \
   c += d;                                                                                                             \
   b = ROR(b ^ c, 24);                                                                                                 \
   a += y + b;                                                                                                         \
   d = ROR(d ^ a, 16);                                                                                                 \
   c += d;                                                                                                             \
   b = ROR(b ^ c, 63);

#define ROUND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf)                                          \
   G(v0, v4, v8, vc, m##s0, m##s1)                                                                                     \
   G(v1, v5, v9, vd, m##s2, m##s3)                                                                                     \
   G(v2, v6, va, ve, m##s4, m##s5)                                                                                     \
   G(v3, v7, vb, vf, m##s6, m##s7)                                                                                     \
   G(v0, v5, va, vf, m##s8, m##s9)                                                                                     \
   G(v1, v6, vb, vc, m##sa, m##sb)                                                                                     \
   G(v2, v7, v8, vd, m##sc, m##sd)                                                                                     \
   G(v3, v4, v9, ve, m##se, m##sf)

// One block m0..mf into the chaining value h0..h7; `bytes` hashed so far; `last` is ~0 for the last block, else 0.
#define COMPRESS(bytes, last)                                                                                          \
   {                                                                                                                   \
      ulong v0 = h0, v1 = h1, v2 = h2, v3 = h3, v4 = h4, v5 = h5, v6 = h6, v7 = h7;                                     \
      ulong v8 = IV0, v9 = IV1, va = IV2, vb = IV3, vc = IV4 ^ (bytes), vd = IV5, ve = IV6 ^ (last), vf = IV7;          \
      ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, a, b, c, d, e, f)                                                             \
      ROUND(e, a, 4, 8, 9, f, d, 6, 1, c, 0, 2, b, 7, 5, 3)                                                             \
      ROUND(b, 8, c, 0, 5, 2, f, d, a, e, 3, 6, 7, 1, 9, 4)                                                             \
      ROUND(7, 9, 3, 1, d, c, b, e, 2, 6, 5, a, 4, 0, f, 8)                                                             \
      ROUND(9, 0, 5, 7, 2, 4, a, f, e, 1, b, c, 6, 8, 3, d)                                                             \
      ROUND(2, c, 6, a, 0, b, 8, 3, 4, d, 7, 5, f, e, 1, 9)                                                             \
      ROUND(c, 5, 1, f, e, d, 4, a, 0, 7, 6, 3, 9, 2, 8, b)                                                             \
      ROUND(d, b, 7, e, c, 1, 3, 9, 5, 0, f, 4, 8, 6, 2, a)                                                             \
      ROUND(6, f, e, 9, b, 3, 0, 8, c, 2, d, 7, 1, 4, a, 5)                                                             \
      ROUND(a, 2, 8, 4, 7, 6, 1, 5, f, b, 9, e, 3, c, d, 0)                                                             \
      ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, a, b, c, d, e, f)                                                             \
      ROUND(e, a, 4, 8, 9, f, d, 6, 1, c, 0, 2, b, 7, 5, 3)                                                             \
      h0 ^= v0 ^ v8;                                                                                                   \
      h1 ^= v1 ^ v9;                                                                                                   \
      h2 ^= v2 ^ va;                                                                                                   \
      h3 ^= v3 ^ vb;                                                                                                   \
      h4 ^= v4 ^ vc;                                                                                                   \
      h5 ^= v5 ^ vd;                                                                                                   \
      h6 ^= v6 ^ ve;                                                                                                   \
      h7 ^= v7 ^ vf;                                                                                                   \
   }

#define BEGIN                                                                                                          \
   ulong h0 = IV0 ^ PARAMETERS, h1 = IV1, h2 = IV2, h3 = IV3, h4 = IV4, h5 = IV5, h6 = IV6, h7 = IV7;

ulong swap8(ulong x) {
   x = (x & 0x00FF00FF00FF00FFUL) << 8 | (x >> 8 & 0x00FF00FF00FF00FFUL);
   x = (x & 0x0000FFFF0000FFFFUL) << 16 | (x >> 16 & 0x0000FFFF0000FFFFUL);
   return x << 32 | x >> 32;
}

uint swap4(uint x) {
   return x << 24 | (x & 0xFF00u) << 8 | (x >> 8 & 0xFF00u) | x >> 24;
}

// Word w of an element's message, above word 0: the number w - 1 (at most 1023) with its bytes reversed.
ulong constant_word(uint w) {
   const ulong i = w - 1;
   return (i & 0xFF) << 56 | (i >> 8) << 48;
}

// Elements first..first+count-1 into the table, most significant limb first.
__kernel void build(uint first, uint count, uint height, TABLE()) {
   const uint at = (uint)get_global_id(0);
   if (at >= count)
      return;
   BEGIN
   ulong m0 = (ulong)swap4(height) << 32 | swap4(first + at);
   for (uint w = 0; w < 1024; w += 16) {
      const ulong m1 = w ? constant_word(w + 1) : 0, m2 = constant_word(w + 2), m3 = constant_word(w + 3);
      const ulong m4 = constant_word(w + 4), m5 = constant_word(w + 5), m6 = constant_word(w + 6);
      const ulong m7 = constant_word(w + 7), m8 = constant_word(w + 8), m9 = constant_word(w + 9);
      const ulong ma = constant_word(w + 10), mb = constant_word(w + 11), mc = constant_word(w + 12);
      const ulong md = constant_word(w + 13), me = constant_word(w + 14), mf = constant_word(w + 15);
      COMPRESS((ulong)(w + 16) * 8, 0UL)
      m0 = constant_word(w + 16);
   }
   {
      const ulong m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0, m9 = 0, ma = 0, mb = 0, mc = 0;
      const ulong md = 0, me = 0, mf = 0;
      COMPRESS(8200UL, ~0UL)
   }
   ELEMENT(first + at) = (ulong4)(swap8(h0) & 0x00FFFFFFFFFFFFFFUL, swap8(h1), swap8(h2), swap8(h3));
}

// Adds the element to the sum s0..s3, most significant first.
#define ADD(index)                                                                                                     \
   {                                                                                                                   \
      const uint j = (index) % size;                                                                                   \
      const ulong4 t = ELEMENT(j);                                                                                     \
      ulong carry, x;                                                                                                  \
      s3 += t.s3;                                                                                                      \
      carry = s3 < t.s3;                                                                                               \
      x = t.s2 + carry;                                                                                                \
      carry = x < carry;                                                                                               \
      s2 += x;                                                                                                         \
      carry += s2 < x;                                                                                                 \
      x = t.s1 + carry;                                                                                                \
      carry = x < carry;                                                                                               \
      s1 += x;                                                                                                         \
      carry += s1 < x;                                                                                                 \
      s0 += t.s0 + carry;                                                                                              \
   }

// The eight indices that begin in word a, which word b follows.
#define ADD_EIGHT(a, b)                                                                                                \
   ADD((uint)(a >> 32))                                                                                                \
   ADD((uint)(a >> 24))                                                                                                \
   ADD((uint)(a >> 16))                                                                                                \
   ADD((uint)(a >> 8))                                                                                                 \
   ADD((uint)(a))                                                                                                      \
   ADD((uint)(a << 8 | b >> 56))                                                                                       \
   ADD((uint)(a << 16 | b >> 48))                                                                                      \
   ADD((uint)(a << 24 | b >> 40))

// Nonces first..first+count-1. `message` as it lies in memory, `shifted` the same one byte later.
__kernel void scan(uint size, ulong4 message, ulong4 shifted, ulong first, uint count, ulong target, uint capacity,
                   __global uint *found, TABLE(const)) {
   const uint at = (uint)get_global_id(0);
   if (at >= count)
      return;
   const ulong nonce = first + at;
   uint i;
   ulong r0, r1, r2, r3;
   {
      BEGIN
      const ulong m0 = message.s0, m1 = message.s1, m2 = message.s2, m3 = message.s3, m4 = swap8(nonce), m5 = 0;
      const ulong m6 = 0, m7 = 0, m8 = 0, m9 = 0, ma = 0, mb = 0, mc = 0, md = 0, me = 0, mf = 0;
      COMPRESS(40UL, ~0UL)
      i = (uint)(swap8(h3) % size);
   }
   const ulong4 e = ELEMENT(i);
   {
      BEGIN
      const ulong m0 = swap8(e.s0 << 8 | e.s1 >> 56), m1 = swap8(e.s1 << 8 | e.s2 >> 56);
      const ulong m2 = swap8(e.s2 << 8 | e.s3 >> 56), m3 = swap8(e.s3 << 8 | (message.s0 & 0xFF));
      const ulong m4 = shifted.s0, m5 = shifted.s1, m6 = shifted.s2, m7 = shifted.s3 | nonce >> 56 << 56;
      const ulong m8 = swap8(nonce << 8), m9 = 0, ma = 0, mb = 0, mc = 0, md = 0, me = 0, mf = 0;
      COMPRESS(71UL, ~0UL)
      r0 = swap8(h0);
      r1 = swap8(h1);
      r2 = swap8(h2);
      r3 = swap8(h3);
   }
   ulong s0 = 0, s1 = 0, s2 = 0, s3 = 0;
   ADD_EIGHT(r0, r1)
   ADD_EIGHT(r1, r2)
   ADD_EIGHT(r2, r3)
   ADD_EIGHT(r3, r0)
   {
      BEGIN
      const ulong m0 = swap8(s0), m1 = swap8(s1), m2 = swap8(s2), m3 = swap8(s3), m4 = 0, m5 = 0, m6 = 0, m7 = 0;
      const ulong m8 = 0, m9 = 0, ma = 0, mb = 0, mc = 0, md = 0, me = 0, mf = 0;
      COMPRESS(32UL, ~0UL)
      if (swap8(h0) <= target) {
         const uint place = atomic_inc(found);
         if (place < capacity)
            found[1 + place] = at;
      }
   }
}
