"""The algorithm of the four plugins, a second time: toy-splitmix absorbs the input in little-endian 64-bit words with the finaliser
of SplitMix64. Not for money."""
MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def rotate(x, n):
    return (x << n | x >> (64 - n)) & MASK


def absorb(state, word):
    for i in range(4):
        state[i] = mix(((state[i] ^ word) + rotate(state[(i + 1) % 4], 17)) & MASK)


def digest(data):
    state = [STEP * (i + 1) & MASK for i in range(4)]
    for i in range(0, len(data), 8):
        absorb(state, int.from_bytes(data[i : i + 8], "little"))
    absorb(state, len(data))
    absorb(state, 0)
    return b"".join(word.to_bytes(8, "little") for word in state)
