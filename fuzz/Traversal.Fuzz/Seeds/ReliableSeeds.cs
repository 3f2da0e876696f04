namespace Traversal.Fuzz;

/// <summary>Stories of the reliable path to begin with.</summary>
internal static class ReliableSeeds
{
    private const byte Ping = 1, Acknowledgement = 2, Data = 3, LastData = 4, Window = 5, Reset = 6, Stop = 7, Conversations = 8, Close = 9;

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        new("data", Story(2, (ReliableStep.Frames, 0, [Data, 0, 0, 3, 1, 2, 3]), (ReliableStep.Time, 3, []), (ReliableStep.Frames, 0, [LastData, 0, 3, 1, 4]))),
        new("unread", Story(0, (ReliableStep.Frames, 0, [Data, 0, 0, 3, 1, 2, 3]), (ReliableStep.Frames, 0, [Data, 0, 0x60, 0, 1, 4]), (ReliableStep.Frames, 0, [Close, 7]))),
        new("gaps", Story(0, (ReliableStep.Frames, 0, [Data, 0, 0x80, 1, 0, 0, 1, 1]), (ReliableStep.FramesOutOfOrder, 5, [Data, 0, 0x80, 2, 0, 0, 1, 1]), (ReliableStep.FramesOutOfOrder, 0xFD, [Ping]))),
        new("transfer", Story(1, (ReliableStep.Write, 200, []), (ReliableStep.Time, 5, []), (ReliableStep.Acknowledge, 40, []), (ReliableStep.Acknowledge, 3, []), (ReliableStep.Time, 30, []))),
        new("acknowledgements", Story(1, (ReliableStep.Write, 20, []), (ReliableStep.Frames, 0, [Acknowledgement, 8, 0, 2, 1, 1, 1, 1, 1, Ping]), (ReliableStep.Time, 20, []))),
        new("not-sent", Story(0, (ReliableStep.Frames, 0, [Acknowledgement, 9, 0, 0, 1]))),
        new("ends", Story(3, (ReliableStep.Write, 1, []), (ReliableStep.Frames, 0, [Stop, 0, 5, Window, 0, 0x80, 0xFF, 0, 0]), (ReliableStep.Frames, 0, [Reset, 1, 5, 0]), (ReliableStep.Application, 0, []))),
        new("many", Story(0, (ReliableStep.Frames, 0, [Data, 0x40, 254, 0, 1, 1]), (ReliableStep.Frames, 0, [Conversations, 0x44, 0, Reset, 0, 1, 0]), (ReliableStep.Frames, 0, [Data, 0x41, 2, 0, 0]))),
        new("strangers", Story(0, (ReliableStep.Datagram, 0, [0xC0, 0, 0, 0, 0, 0, 0, 1, .. new byte[40]]), (ReliableStep.Frames, 0, [Ping]), (ReliableStep.Repeat, 0, []), (ReliableStep.Repeat, 9, []))),
        new("changes", Story(5, (ReliableStep.Write, 100, []), (ReliableStep.Application, 5, []), (ReliableStep.Acknowledge, 9, []), (ReliableStep.Application, 254, []))),
    ];

    private static byte[] Story(byte configuration, params ReadOnlySpan<(ReliableStep Step, byte Argument, byte[] Payload)> steps)
    {
        List<byte> bytes = [configuration];
        foreach ((ReliableStep step, byte argument, byte[] payload) in steps)
        {
            bytes.AddRange([(byte)step, argument, (byte)payload.Length]);
            bytes.AddRange(payload);
        }

        return [.. bytes];
    }
}
