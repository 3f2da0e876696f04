namespace Traversal.Fuzz;

/// <summary>Streams to begin with.</summary>
internal static class StreamSeeds
{
    private static readonly byte[] Cuts = [0, 0, 2, 3, 7, 1, 19, 31];

    private static readonly byte[] ChannelData = [0x40, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5, 0, 0, 0];

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All()
    {
        byte[] message = StunSeeds.All().First(seed => seed.Bytes.Length > 90).Bytes;
        return
        [
            new("message", [.. Cuts, .. message]),
            new("channel-data", [.. Cuts, .. ChannelData]),
            new("empty-channel-data", [.. Cuts, 0x4F, 0xFF, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00]),
            new("interleaved", [.. Cuts, .. message, .. ChannelData, .. message, .. ChannelData, .. ChannelData]),
            new("longest-channel-data", [.. Cuts, 0x40, 0x00, 0xFF, 0xFF, .. new byte[0x10000], .. ChannelData]),
            new("another-protocol", [.. Cuts, .. "GET / HTTP/1.1\r\n\r\n"u8]),
            new("message-cut-off", [.. Cuts, .. ChannelData, .. message[..21]]),
        ];
    }
}
