#pragma once

/// Packets with descriptors between two processes of one user: a Unix socket that keeps packets whole.

#include "host/util/descriptor.h"
#include "host/util/result.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::handover {

/// In one packet; the kernel passes 253 descriptors at most.
inline constexpr std::size_t k_packet_bytes_max = 65'536;
inline constexpr std::size_t k_packet_descriptors_max = 200;

enum class PacketType : char {
   estate = 'E',  ///< what is handed over, as a list (JSON); with the data folder's lock
   state = 'S',   ///< the next piece of it
   running = 'R', ///< the new node has started
   gone = 'G',    ///< the old one no longer comes back
   failed = 'F'   ///< and why
};

struct Packet {
   PacketType type = PacketType::failed;
   std::string bytes;
   std::vector<Descriptor> descriptors;
};

class Channel {
public:
   explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}

   [[nodiscard]] Result<void> send(PacketType type, std::string_view bytes,
                                   std::span<const Descriptor> descriptors = {});
   /// ErrorKind::temporary: nothing came in time; unavailable: the other process is gone.
   [[nodiscard]] Result<Packet> receive(std::chrono::milliseconds patience);
   /// What has not arrived by now fails where it is sent.
   void stop_receiving();
   /// The other process; 0: unknown.
   [[nodiscard]] int peer() const;
   /// Whether it belongs to this user.
   [[nodiscard]] bool same_user() const;

private:
   Descriptor socket_;
};

/// Waits at `path`, mode 0600, for one process to connect. The path is removed with it.
class Meeting {
public:
   [[nodiscard]] static Result<Meeting> at(const std::string &path);
   Meeting(Meeting &&other) noexcept = default;
   Meeting &operator=(Meeting &&other) = delete;
   ~Meeting();
   [[nodiscard]] Result<Channel> wait(std::chrono::milliseconds patience);

private:
   Meeting(Descriptor listener, std::string path) : listener_(std::move(listener)), path_(std::move(path)) {}
   Descriptor listener_;
   std::string path_;
};

/// Connects to a `Meeting`.
[[nodiscard]] Result<Channel> meet(const std::string &path);

} // namespace nebula::host::handover
