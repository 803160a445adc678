//! toy-splitmix-zig: a proof-of-work algorithm in Zig, which reads the contract's C headers itself.
const std = @import("std");
const c = @cImport({
    @cInclude("nebula/entry.h");
    @cInclude("nebula/manifest.h");
    @cInclude("nebula/svc/pow-algorithm.h");
});

const id = "toy-splitmix-zig";
const input_bytes_max = 1024;
const manifest = @embedFile("manifest.json");

// The manifest's note: name size, text size, type, "Nebula" with its NUL padded to 8, the text padded to a multiple of 4.
const Note = extern struct {
    sizes: [3]u32 = .{ c.NEB_MANIFEST_NOTE_NAME.len + 1, manifest.len, c.NEB_MANIFEST_NOTE_TYPE },
    name: [8]u8 = (c.NEB_MANIFEST_NOTE_NAME ++ "\x00\x00").*,
    text: [(manifest.len + 3) & ~@as(usize, 3)]u8 = (manifest ++ "\x00" ** ((4 - manifest.len % 4) % 4)).*,
};
export const neb_manifest_note: Note linksection(c.NEB_MANIFEST_SECTION) = .{};

fn mix(seed: u64) u64 {
    var z = seed;
    z = (z ^ z >> 30) *% 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) *% 0x94d049bb133111eb;
    return z ^ z >> 31;
}

fn absorb(state: *[4]u64, word: u64) void {
    for (0..4) |i| {
        state[i] = mix((state[i] ^ word) +% std.math.rotl(u64, state[(i + 1) % 4], 17));
    }
}

fn digestOf(input: []const u8) [4]u64 {
    var state: [4]u64 = undefined;
    for (0..4) |i| state[i] = 0x9e3779b97f4a7c15 *% (@as(u64, i) + 1);
    var i: usize = 0;
    while (i < input.len) : (i += 8) {
        var word = [_]u8{0} ** 8;
        const end = @min(i + 8, input.len);
        @memcpy(word[0 .. end - i], input[i..end]);
        absorb(&state, std.mem.readInt(u64, &word, .little));
    }
    absorb(&state, input.len);
    absorb(&state, 0);
    return state;
}

fn hash(_: ?*const c.neb_pow_algorithm, _: ?*const c.neb_pow_epoch, input: c.neb_bytes, digest: ?*u8, _: ?*anyopaque) callconv(.C) c.neb_status {
    if (input.len > input_bytes_max) return c.NEB_E_INVALID;
    const bytes: []const u8 = if (input.len == 0) "" else @as([*]const u8, @ptrCast(input.ptr))[0..input.len];
    const out = @as([*]u8, @ptrCast(digest.?))[0..32];
    for (digestOf(bytes), 0..) |word, i| std.mem.writeInt(u64, out[8 * i ..][0..8], word, .little);
    return c.NEB_OK;
}

const input_0 = [_]u8{0} ** 8;
const digest_0 = [32]u8{
    0x9b, 0x07, 0xb1, 0x47, 0x83, 0x71, 0x7b, 0x79, 0x63, 0xe9, 0x11, 0xdf, 0x4e, 0x50, 0x25, 0x60,
    0x42, 0x0f, 0x21, 0xb5, 0xf2, 0x20, 0xb5, 0xd4, 0x12, 0x8a, 0xd4, 0x79, 0x84, 0x9b, 0x7d, 0xca,
};
const vectors = [_]c.neb_pow_vector{.{
    .epoch = std.mem.zeroes(c.neb_pow_epoch),
    .input = .{ .ptr = &input_0, .len = input_0.len },
    .digest = .{ .ptr = &digest_0, .len = digest_0.len },
}};

const algorithm = blk: {
    var table = std.mem.zeroes(c.neb_pow_algorithm);
    table.size = @sizeOf(c.neb_pow_algorithm);
    table.name = id;
    table.text = "A toy in Zig: SplitMix64 with a 256-bit digest, not for money";
    table.status = c.NEB_POW_SUPPORTED;
    table.digest_order = c.NEB_POW_ORDER_BIG;
    table.digest_bytes = 32;
    table.nonce_bytes = 8;
    table.nonce_offset = c.NEB_POW_NONCE_APPENDED;
    table.vector_count = vectors.len;
    table.vectors = &vectors;
    table.input_bytes_max = input_bytes_max;
    table.hash = hash;
    break :blk table;
};

/// One instance: its table, which points back to it, and its host.
const Instance = struct {
    table: c.neb_plugin,
    host: *const c.neb_host,

    fn of(plugin: ?*const c.neb_plugin) *Instance {
        return @ptrCast(@alignCast(plugin.?.ctx.?));
    }
};

fn init(plugin: ?*const c.neb_plugin, err: ?*c.neb_error) callconv(.C) c.neb_status {
    const host = Instance.of(plugin).host;
    return host.provide.?(host, c.NEB_SVC_POW_ALGORITHM, id, null, &algorithm, err);
}

// There is nothing to start or stop: hashing has no threads of its own.
fn start(_: ?*const c.neb_plugin, _: ?*c.neb_error) callconv(.C) c.neb_status {
    return c.NEB_OK;
}

fn stop(_: ?*const c.neb_plugin, _: u64) callconv(.C) c.neb_status {
    return c.NEB_OK;
}

fn destroy(plugin: ?*const c.neb_plugin) callconv(.C) void {
    std.heap.c_allocator.destroy(Instance.of(plugin));
}

fn refuse(err: ?*c.neb_error, code: c.neb_status, text: [:0]const u8) ?*const c.neb_plugin {
    if (err) |record| {
        if (record.size >= @offsetOf(c.neb_error, "text") + text.len + 1) {
            record.code = code;
            @memcpy(record.text[0 .. text.len + 1], text[0 .. text.len + 1]);
        }
    }
    return null;
}

fn create(host: ?*const c.neb_host, index: u32, err: ?*c.neb_error) callconv(.C) ?*const c.neb_plugin {
    if (index != 0) return refuse(err, c.NEB_E_NOT_FOUND, "the file has one plugin, number 0");
    const made = std.heap.c_allocator.create(Instance) catch return refuse(err, c.NEB_E_NO_MEMORY, "out of memory");
    made.* = .{ .table = std.mem.zeroes(c.neb_plugin), .host = host.? };
    made.table.size = @sizeOf(c.neb_plugin);
    made.table.ctx = made;
    made.table.init = init;
    made.table.start = start;
    made.table.stop = stop;
    made.table.destroy = destroy;
    return &made.table;
}

const entry = c.neb_entry{
    .size = @sizeOf(c.neb_entry),
    .abi_major = c.NEB_ABI_MAJOR,
    .abi_minor = 0,
    .count = 1,
    .id = id,
    .version = "1.0.0",
    .create = create,
};

export fn nebula_plugin_entry(host_major: u32, _: u32) ?*const c.neb_entry {
    return if (host_major == c.NEB_ABI_MAJOR) &entry else null;
}
