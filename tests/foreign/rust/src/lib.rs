//! toy-splitmix-rust: a proof-of-work algorithm in Rust without any crate. No panic crosses the border: each function that runs
//! code which might panic catches it.
mod abi;

use abi::*;
use std::ffi::c_void;
use std::mem::size_of;
use std::panic::catch_unwind;
use std::ptr::{null, null_mut};

const INPUT_BYTES_MAX: u32 = 1024;
const MANIFEST: &[u8] = include_bytes!("../manifest.json");

#[link_section = ".note.nebula"]
#[used]
static NOTE: Note<{ padded(MANIFEST.len()) }> = note(MANIFEST);

fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d049bb133111eb);
    z ^ z >> 31
}

fn absorb(state: &mut [u64; 4], word: u64) {
    for i in 0..4 {
        state[i] = mix((state[i] ^ word).wrapping_add(state[(i + 1) % 4].rotate_left(17)));
    }
}

fn digest_of(input: &[u8]) -> [u64; 4] {
    let mut state = [1u64, 2, 3, 4].map(|i| i.wrapping_mul(0x9e3779b97f4a7c15));
    for chunk in input.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        absorb(&mut state, u64::from_le_bytes(word));
    }
    absorb(&mut state, input.len() as u64);
    absorb(&mut state, 0);
    state
}

extern "C" fn hash(_: *const PowAlgorithm, _: *const PowEpoch, input: Bytes, digest: *mut u8, _: *mut c_void) -> i32 {
    if input.len > u64::from(INPUT_BYTES_MAX) {
        return E_INVALID;
    }
    catch_unwind(|| {
        // An empty input may have no pointer.
        let bytes = if input.len == 0 {
            &[][..]
        } else {
            unsafe { std::slice::from_raw_parts(input.ptr, input.len as usize) }
        };
        for (i, word) in digest_of(bytes).iter().enumerate() {
            unsafe { std::ptr::copy_nonoverlapping(word.to_le_bytes().as_ptr(), digest.add(8 * i), 8) };
        }
        OK
    })
    .unwrap_or(E_FAIL)
}

static INPUT_0: [u8; 8] = [0; 8];
static DIGEST_0: [u8; 32] = [
    0x9b, 0x07, 0xb1, 0x47, 0x83, 0x71, 0x7b, 0x79, 0x63, 0xe9, 0x11, 0xdf, 0x4e, 0x50, 0x25, 0x60, 0x42, 0x0f, 0x21,
    0xb5, 0xf2, 0x20, 0xb5, 0xd4, 0x12, 0x8a, 0xd4, 0x79, 0x84, 0x9b, 0x7d, 0xca,
];
static VECTORS: [PowVector; 1] = [PowVector {
    epoch: PowEpoch {
        key: Bytes { ptr: null(), len: 0 },
        height: 0,
    },
    input: Bytes {
        ptr: INPUT_0.as_ptr(),
        len: INPUT_0.len() as u64,
    },
    digest: Bytes {
        ptr: DIGEST_0.as_ptr(),
        len: DIGEST_0.len() as u64,
    },
}];

static ALGORITHM: PowAlgorithm = PowAlgorithm {
    size: size_of::<PowAlgorithm>() as u32,
    flags: 0,
    ctx: null_mut(),
    name: b"toy-splitmix-rust\0".as_ptr(),
    text: b"A toy in Rust: SplitMix64 with a 256-bit digest, not for money\0".as_ptr(),
    status: POW_SUPPORTED,
    digest_order: 0,
    digest_bytes: 32,
    nonce_bytes: 8,
    nonce_offset: POW_NONCE_APPENDED,
    vector_count: VECTORS.len() as u32,
    vectors: VECTORS.as_ptr(),
    scratch_bytes: 0,
    epoch_kind: 0,
    input_bytes_max: INPUT_BYTES_MAX,
    hash,
    prepare: None,
};

/// One instance: its table, which points back to it, and its host.
struct Instance {
    table: Plugin,
    host: *const Host,
}

extern "C" fn init(plugin: *const Plugin, err: *mut Error) -> i32 {
    unsafe {
        let host = (*(*plugin).ctx.cast::<Instance>()).host;
        let service: *const PowAlgorithm = &ALGORITHM;
        ((*host).provide)(
            host,
            POW_ALGORITHM.as_ptr().cast(),
            ALGORITHM.name.cast(),
            null(),
            service.cast(),
            err,
        )
    }
}

// There is nothing to start or stop: hashing has no threads of its own.
extern "C" fn start(_: *const Plugin, _: *mut Error) -> i32 {
    OK
}

extern "C" fn stop(_: *const Plugin, _: u64) -> i32 {
    OK
}

extern "C" fn destroy(plugin: *const Plugin) {
    drop(unsafe { Box::from_raw((*plugin).ctx.cast::<Instance>()) });
}

extern "C" fn create(host: *const Host, index: u32, err: *mut Error) -> *const Plugin {
    if index != 0 {
        unsafe { fail(err, E_NOT_FOUND, "the file has one plugin, number 0") };
        return null();
    }
    let table = Plugin {
        size: size_of::<Plugin>() as u32,
        flags: 0,
        ctx: null_mut(),
        init,
        start,
        drain: None,
        stop,
        destroy,
        reconfigure: None,
        get_extension: None,
    };
    let instance = Box::into_raw(Box::new(Instance { table, host }));
    unsafe {
        (*instance).table.ctx = instance.cast();
        &(*instance).table
    }
}

static ENTRY: Entry = Entry {
    size: size_of::<Entry>() as u32,
    abi_major: MAJOR,
    abi_minor: 0,
    count: 1,
    id: b"toy-splitmix-rust\0".as_ptr(),
    version: b"1.0.0\0".as_ptr(),
    create,
};

#[no_mangle]
pub extern "C" fn nebula_plugin_entry(host_major: u32, _: u32) -> *const Entry {
    if host_major == MAJOR {
        &ENTRY
    } else {
        null()
    }
}
