// toy-splitmix-go: a proof-of-work algorithm whose hash is Go. ../plugin.c has the tables of the contract and starts Go's runtime.
package main

/*
#include <stdint.h>
*/
import "C"

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func absorb(state *[4]uint64, word uint64) {
	for i := range state {
		state[i] = mix((state[i] ^ word) + bits.RotateLeft64(state[(i+1)%4], 17))
	}
}

// Returns false instead of letting a panic out into C, which would end the node.
//
//export toyDigest
func toyDigest(input *C.uint8_t, length C.uint64_t, digest *C.uint8_t) (good C.int) {
	defer func() {
		if recover() != nil {
			good = 0
		}
	}()
	var state [4]uint64
	for i := range state {
		state[i] = 0x9e3779b97f4a7c15 * uint64(i+1)
	}
	rest := unsafe.Slice((*byte)(unsafe.Pointer(input)), int(length))
	for len(rest) > 0 {
		var word [8]byte
		rest = rest[copy(word[:], rest):]
		absorb(&state, binary.LittleEndian.Uint64(word[:]))
	}
	absorb(&state, uint64(length))
	absorb(&state, 0)
	out := unsafe.Slice((*byte)(unsafe.Pointer(digest)), 32)
	for i, word := range state {
		binary.LittleEndian.PutUint64(out[8*i:], word)
	}
	return 1
}

func main() {}
