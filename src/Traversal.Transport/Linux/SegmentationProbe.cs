using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>Finds out by trying, once for each engine, what the kernel does with segments: a sandbox may accept an option and do nothing.</summary>
internal static unsafe class SegmentationProbe
{
    private const int Segment = 8;
    private const int Segments = 3;

    /// <summary>Whether a segmented send to oneself arrives as several datagrams.</summary>
    public static bool CanSend() => TryOneself(coalesce: false, expected: Segment);

    /// <summary>Whether a segmented send to oneself arrives as one datagram that says what it consists of.</summary>
    public static bool CanCoalesce() => TryOneself(coalesce: true, expected: Segment * Segments);

    private static bool TryOneself(bool coalesce, int expected)
    {
        var options = new DatagramEngineOptions();
        var local = TransportAddress.FromIPv4(0x7F00_0001, 0);
        if (LinuxOpener.Open(in local, SocketRole.Relay, options, out int socket, out TransportAddress bound) != Errno.None) return false;
        try
        {
            if (coalesce && !LinuxOpener.TrySetOption(socket, Kernel.UdpLevel, Kernel.UdpCoalesce, 1)) return false;
            SocketName name = default;
            name.Write(in bound);
            byte* bytes = stackalloc byte[Segment * Segments];
            var vector = new IOVector { Base = bytes, Length = Segment * Segments };
            ControlMessage control = ControlMessage.Segments(Segment);
            var message = new MessageHeader
            {
                Name = (byte*)&name,
                NameLength = name.Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = (byte*)&control,
                ControlLength = (nuint)sizeof(ControlMessage),
            };
            if (FastCalls.Send(socket, &message, Kernel.DontWait) < 0) return false;

            message.NameLength = SocketName.MaxLength;
            message.ControlLength = (nuint)sizeof(ControlMessage);
            control = default;
            return FastCalls.Receive(socket, &message, Kernel.DontWait) == expected && (!coalesce || control.Value == Segment);
        }
        finally
        {
            LibC.Close(socket);
        }
    }
}
