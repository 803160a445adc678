//! What this plugin needs of the contract, by hand: the same records as nebula/abi.h, plugin.h, host.h, entry.h and
//! svc/pow-algorithm.h of ABI 1.0, member by member.
use std::ffi::c_void;
use std::os::raw::c_char;

pub const MAJOR: u32 = 1;
pub const OK: i32 = 0;
pub const E_FAIL: i32 = -1;
pub const E_INVALID: i32 = -3;
pub const E_NOT_FOUND: i32 = -5;
pub const POW_ALGORITHM: &[u8] = b"nebula.pow.algorithm/1\0";
pub const POW_SUPPORTED: i32 = 1;
pub const POW_NONCE_APPENDED: u32 = 0xFFFF_FFFF;

#[repr(C)]
pub struct Bytes {
    pub ptr: *const u8,
    pub len: u64,
}

#[repr(C)]
pub struct Error {
    pub size: u32,
    pub code: i32,
    pub text: [u8; 240],
}

#[repr(C)]
pub struct Plugin {
    pub size: u32,
    pub flags: u32,
    pub ctx: *mut c_void,
    pub init: extern "C" fn(*const Plugin, *mut Error) -> i32,
    pub start: extern "C" fn(*const Plugin, *mut Error) -> i32,
    pub drain: Option<extern "C" fn(*const Plugin, u64) -> i32>,
    pub stop: extern "C" fn(*const Plugin, u64) -> i32,
    pub destroy: extern "C" fn(*const Plugin),
    pub reconfigure: Option<extern "C" fn(*const Plugin, *const c_void, *mut Error) -> i32>,
    pub get_extension: Option<extern "C" fn(*const Plugin, *const c_char) -> *const c_void>,
}

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi_minor: u32,
    pub ctx: *mut c_void,
    pub name: *const c_char,
    pub version: *const c_char,
    pub instance: *const c_char,
    pub log_level: *const u32,
    pub log: extern "C" fn(*const Host, u32, Bytes),
    pub get_extension: extern "C" fn(*const Host, *const c_char) -> *const c_void,
    pub provide:
        extern "C" fn(*const Host, *const c_char, *const c_char, *const c_char, *const c_void, *mut Error) -> i32,
}

#[repr(C)]
pub struct Entry {
    pub size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub count: u32,
    pub id: *const u8,
    pub version: *const u8,
    pub create: extern "C" fn(*const Host, u32, *mut Error) -> *const Plugin,
}

#[repr(C)]
pub struct PowEpoch {
    pub key: Bytes,
    pub height: u64,
}

#[repr(C)]
pub struct PowVector {
    pub epoch: PowEpoch,
    pub input: Bytes,
    pub digest: Bytes,
}

/// As it was in 1.0: the host completes what came later.
#[repr(C)]
pub struct PowAlgorithm {
    pub size: u32,
    pub flags: u32,
    pub ctx: *mut c_void,
    pub name: *const u8,
    pub text: *const u8,
    pub status: i32,
    pub digest_order: i32,
    pub digest_bytes: u32,
    pub nonce_bytes: u32,
    pub nonce_offset: u32,
    pub vector_count: u32,
    pub vectors: *const PowVector,
    pub scratch_bytes: u64,
    pub epoch_kind: u32,
    pub input_bytes_max: u32,
    pub hash: extern "C" fn(*const PowAlgorithm, *const PowEpoch, Bytes, *mut u8, *mut c_void) -> i32,
    pub prepare: Option<extern "C" fn(*const PowAlgorithm, *const PowEpoch, *mut Error) -> i32>,
}

// Only pointers to constants are in the tables that are static.
unsafe impl Sync for Entry {}
unsafe impl Sync for PowVector {}
unsafe impl Sync for PowAlgorithm {}

/// The manifest's note: name size, text size, type 1, "Nebula" with its NUL padded to 8, the text padded to a multiple of 4.
#[repr(C, align(4))]
pub struct Note<const PADDED: usize> {
    pub sizes: [u32; 3],
    pub name: [u8; 8],
    pub text: [u8; PADDED],
}

pub const fn padded(bytes: usize) -> usize {
    (bytes + 3) & !3
}

pub const fn note<const PADDED: usize>(json: &[u8]) -> Note<PADDED> {
    let mut text = [0; PADDED];
    let mut i = 0;
    while i < json.len() {
        text[i] = json[i];
        i += 1;
    }
    Note {
        sizes: [7, json.len() as u32, 1],
        name: *b"Nebula\0\0",
        text,
    }
}

/// Fills the caller's error record, as far as it has room.
///
/// # Safety
/// `err` is NULL or points to a record with `size` bytes.
pub unsafe fn fail(err: *mut Error, code: i32, text: &str) {
    if err.is_null() || ((*err).size as usize) < 8 + text.len() + 1 || text.len() >= 240 {
        return;
    }
    (*err).code = code;
    let place = std::ptr::addr_of_mut!((*err).text).cast::<u8>();
    std::ptr::copy_nonoverlapping(text.as_ptr(), place, text.len());
    *place.add(text.len()) = 0;
}
