#include "answers.h"

namespace nebula::yescrypt {
namespace {

constexpr std::string_view k_counting =
   "000306090c0f1215181b1e2124272a2d303336393c3f4245484b4e5154575a5d606366696c6f7275787b7e8184878a8d"
   "909396999c9fa2a5a8abaeb1b4b7babdc0c3c6c9cccfd2d5d8dbdee1e4e7eaed";

struct Known {
   std::string_view parameters;
   std::string_view input, digest; // hex
};

constexpr Known k_known[] = {
   {"version=0.5,N=2048,r=8,pers=Client Key", k_counting,
    "a59fec4c4fdda16e3b1405adda66d525b68e7cadfcfe6ac066c7ad118cd80590"},
   {"version=0.5,N=2048,r=8,pers=@input", k_counting,
    "5ea2b2956a9eace30a3237ff1d441edee1dc25aab8f0ea15c12165f83a7bc265"},
   {"version=0.5,N=4096,r=16,pers=Client Key", k_counting,
    "927e72d0ded3d80475473f40f1743c67289d453d5242d4f55af4e325e06699c5"},
   {"version=0.5,N=4096,r=24,pers=Jagaricoin", k_counting,
    "0e1366973211e7fea8ad9d81989c84a254d968c9d333dd8ff099324f38611e04"},
   {"version=0.5,N=4096,r=32,pers=WaviBanana", k_counting,
    "3ae05abb3c5cf6f75415a92554c98d50e38ec9552cfa78373616f480b24e559f"},
   {"version=0.5,N=2048,r=32,pers=Client Key", k_counting,
    "560a891b5ca2e1c636111a9ff7c894a5d0a2602f43fdcfa5949b95e22fe4461e"},
   {"version=0.5,N=2048,r=8", k_counting, "5ecbd8e8d7c90baed4bbf8916a1225dcc3c65f5c9165bae81cdde3cffad128e8"},
   {"version=0.5,N=2048,r=8,pers=", k_counting, "8f7e926dc4398fc671b9977ad98b2818e25af6688402aa6671fddd59926c0731"},
   {"version=0.5,N=2048,r=8,pers=@input",
    "02000000df5a8d14be8b016a027fec0489dfc2231a3681f0d2945340f273ad940105282eac3900739d31dfac1a988422bed3d0fb8558dffba7"
    "5770e0f97413ce0ab92b644f4f0e54ffff3f1f60000000",
    "1f89267b62241f314a256d4a3a41c74ca099b2ea501586544d6b3bb8539c3800"}, // globalboost-block-1
   {"version=0.5,N=2048,r=8,pers=Client Key",
    "010000000000000000000000000000000000000000000000000000000000000000000000d2a4db3bce9f2044558211b401dc45c72806a9ffc7"
    "f8a3df9c3a58b491e526a6930e5d54ffff3f1ec2a40500",
    "cef5b89f4ebf38a73cd440439edaca4afa7c7ad82be281473b9e5ee5f7090000"}, // bitzeny-genesis
   {"version=1.0,N=2048,r=8", k_counting, "69e0e895b3df7aeeb837d71fe199e9d34f7ec46ecbca7a2c4308e51857ae9b46"},
   {"version=1.0,N=4096,r=16", k_counting, "33fb8f063824a4a020f63dca535f5ca66ab5576468c75d1ccaac7542f76495ac"},
   {"version=1.0,N=4096,r=32", k_counting, "771aeefda8fe79a0825bc7f2aee162ab5578574639ffc6ca3723cc18e5e3e285"},
   {"version=1.0,N=2048,r=32", k_counting, "d5efb813cd263e9b34540130233cbbc6a921fbff3431e5ec1a1abde2aea6ff4d"},
   {"version=1.0,N=1024,r=32", k_counting, "501b792db42e388f6e7d453c95d03a12a36016a5154a688390ddc609a40c6799"},
   {"version=1.0,N=1024,r=32,pers=personality test", k_counting,
    "1f0269acf565c49adc0ef9b8f26ab3808cdc38394a254fddeedcc3aacff6ad9d"},
};

} // namespace

constinit const common::Digest256 k_answer_0_5 = {0x5e, 0xcb, 0xd8, 0xe8, 0xd7, 0xc9, 0x0b, 0xae, 0xd4, 0xbb, 0xf8,
                                                  0x91, 0x6a, 0x12, 0x25, 0xdc, 0xc3, 0xc6, 0x5f, 0x5c, 0x91, 0x65,
                                                  0xba, 0xe8, 0x1c, 0xdd, 0xe3, 0xcf, 0xfa, 0xd1, 0x28, 0xe8};

constinit const common::Digest256 k_answer_1_0 = {0x69, 0xe0, 0xe8, 0x95, 0xb3, 0xdf, 0x7a, 0xee, 0xb8, 0x37, 0xd7,
                                                  0x1f, 0xe1, 0x99, 0xe9, 0xd3, 0x4f, 0x7e, 0xc4, 0x6e, 0xcb, 0xca,
                                                  0x7a, 0x2c, 0x43, 0x08, 0xe5, 0x18, 0x57, 0xae, 0x9b, 0x46};

std::vector<AlgorithmSpec::Vector> known_answers(const Parameters &parameters) {
   std::vector<AlgorithmSpec::Vector> found;
   for (const Known &known : k_known)
      if (parse_parameters(known.parameters) == parameters)
         found.push_back({known.input, known.digest});
   return found;
}

} // namespace nebula::yescrypt
