using Traversal.Peer.Handshake;

namespace Traversal.Fuzz;

/// <summary>What peers say to begin with: hellos, frames and sealed datagrams.</summary>
internal static class PeerSeeds
{
    private const byte Feed = 0, FeedMuch = 6, Open = 7, Write = 8, Read = 9, Finish = 10, Abandon = 11, Ping = 12, Datagrams = 13, Take = 14, Close = 15;

    private static readonly byte[] Contribution = [.. Enumerable.Range(1, PeerHello.ContributionLength).Select(number => (byte)number)];

    /// <summary>Hellos.</summary>
    public static IEnumerable<Seed> Hellos()
    {
        byte[][] certificates = [.. CertificateSeeds.All().Select(seed => seed.Bytes)];
        return
        [
            new("alone", Hello([])),
            new("one-certificate", Hello(certificates[..1])),
            new("chain", Hello(certificates)),
            new("eight", Hello([.. Enumerable.Range(1, 8).Select(number => new byte[number])])),
            new("later-fields", [.. Hello(certificates[..1]), 7, 3, 1, 2, 3, 0x41, 0x00, 0]),
            new("later-version", [2, .. Hello([])[1..]]),
        ];
    }

    /// <summary>Stories of frames.</summary>
    public static IEnumerable<Seed> Frames() =>
    [
        new("data", [0, .. Fed(2, 4, 0, 1, 2, 3), Read, 1, Write, 9, Take, 0, .. Fed(3, 3, 0, 4, 5), Read, 1, Finish, 0, Take, 0]),
        new("hello", [64, .. Fed(1, 6, 8, 0x80, 0, 0x80, 0, 63), .. Fed(2, 1, 4)]),
        new("own-streams", [1, Open, 1, Write, 255, Take, 0, .. Fed(4, 5, 0, 0x80, 1, 0, 0), Write, 255, Take, 0, .. Fed(7, 2, 0, 9), Take, 0, .. Fed(6, 2, 0, 9)]),
        new("window", [0, .. Fed(2, 0x7F, 0x01, 0), FeedMuch, 126, Read, 255, Take, 0, .. Fed(2, 0x7F, 0x01, 0), FeedMuch, 126, Read, 255, Take, 0]),
        new("window-overrun", [0, .. Fed(2, 0x7F, 0x01, 0), FeedMuch, 126, .. Fed(2, 0x7F, 0x01, 0), FeedMuch, 126]),
        new("connection-window", [30, .. Many(2), .. Many(4), .. Many(6), .. Many(8), .. Many(10), .. Many(12)]),
        new("streams", [0, .. Fed(3, 1, 6, 6, 2, 0, 1, 7, 2, 2, 1), Finish, 0, Finish + 16, 0, Finish + 32, 0, Finish + 48, 0, Take, 0, .. Fed(2, 1, 8), .. Fed(8, 1, 20), Open, 0]),
        new("reset-and-stop", [0, .. Fed(2, 2, 0, 1), Abandon, 1, Abandon, 2, Take, 0, .. Fed(6, 2, 0, 5), .. Fed(4, 2, 0, 50)]),
        new("pings", [0, Ping, 0, Take, 0, .. Fed(9, 0, 9, 0, 10, 0), Take, 0, .. Fed(10, 0)]),
        new("datagrams", [0, .. Fed(12, 3, 1, 2, 3, 11, 2, 4, 5, 12, 0), Datagrams, 0, Datagrams, 201, Take, 0]),
        new("datagram-too-long", [0, .. Fed(11, 0x7F, 0), FeedMuch, 126, .. Fed(11, 0x7F, 0), FeedMuch, 126, .. Fed(12, 0)]),
        new("closed-by-peer", [0, .. Fed(3, 3, 0, 1, 2, 13, 2, 1, 9), Read, 1]),
        new("closed", [0, .. Fed(2, 3, 0, 1, 2), Write, 3, Close, 255, Take, 0, Read, 1]),
        new("no-hello", [96, Open, 1, .. Fed(13, 2, 2, 0)]),
        new("unknown-kind", [0, .. Fed(14, 0)]),
        new("long-numbers", [0, .. Fed(2, 0xC0, 0, 0, 0, 0, 0, 0, 9, 0xC0, 0, 0, 0, 0, 0, 0, 0, 1), .. Fed(5, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)]),
    ];

    /// <summary>Stories of sealed datagrams.</summary>
    public static IEnumerable<Seed> SealedDatagrams() =>
    [
        new("in-order", [0, 3, 1, 2, 3, 0, 2, 4, 5, 2, 0, 2, 1]),
        new("repeated", [0, 3, 1, 2, 3, 2, 0, 2, 0]),
        new("reordered", [0, 1, 1, 0, 1, 2, 0, 1, 3, 2, 2, 2, 0, 2, 1]),
        new("too-old", [0, 1, 1, 1, 128, 0, 1, 2, 2, 1, 2, 0]),
        new("changed", [0, 3, 1, 2, 3, 3, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0]),
        new("ahead", [0, 1, 1, 3, 2, 0, 1, 2, 0]),
        new("made-up", [3, 30, 0xC2, .. new byte[29]]),
    ];

    private static byte[] Hello(byte[][] certificates)
    {
        var hello = new PeerHello(Contribution, certificates.Select(certificate => (ReadOnlyMemory<byte>)certificate));
        byte[] bytes = new byte[hello.Length];
        hello.Write(bytes);
        return bytes;
    }

    private static byte[] Fed(params byte[] frames) => [Feed, (byte)frames.Length, .. frames];

    // 16,128 bytes of a stream.
    private static byte[] Many(byte id) => [.. Fed(2, 0x7F, 0x01, id), FeedMuch, 126];
}
