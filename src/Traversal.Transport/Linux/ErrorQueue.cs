namespace Traversal.Transport.Linux;

/// <summary>Takes ICMP errors from the error queues of relay sockets.</summary>
internal sealed unsafe class ErrorQueue
{
    /// <summary>The most errors of one round; the others are left for the next.</summary>
    private const int MaxErrors = 64;

    /// <summary>The most that one socket has of them.</summary>
    private const int MaxErrorsOfSocket = 8;

    /// <summary>Room for the error, the address of who sent the ICMP message, and what else the socket tells of a packet.</summary>
    private const int MaxControl = 128;

    private readonly PathError[] _errors = new PathError[MaxErrors];
    private int _count;

    public ReadOnlySpan<PathError> Errors => _errors.AsSpan(0, _count);

    /// <summary>Has the kernel keep the errors of a socket; false where it can't.</summary>
    public static bool TryKeep(int descriptor, bool isIPv6) => isIPv6
        ? LinuxOpener.TrySetOption(descriptor, Kernel.IPv6Level, Kernel.IPv6ReceiveErrors, 1)
        : LinuxOpener.TrySetOption(descriptor, Kernel.IPv4Level, Kernel.IPv4ReceiveErrors, 1);

    public void Clear() => _count = 0;

    /// <summary>Takes what a socket has, up to a bound: the poll reports it again as long as there is more.</summary>
    public void Drain(in LinuxSocket socket)
    {
        for (int i = 0; i < MaxErrorsOfSocket && _count < MaxErrors; i++)
        {
            if (!TryTake(in socket)) return;
        }
    }

    private bool TryTake(in LinuxSocket socket)
    {
        SocketName name = default;
        byte* control = stackalloc byte[MaxControl];
        var message = new MessageHeader
        {
            Name = (byte*)&name,
            NameLength = SocketName.MaxLength,
            Control = control,
            ControlLength = MaxControl,
        };
        if (FastCalls.Receive(socket.Descriptor, &message, Kernel.DontWait | Kernel.ErrorQueue) < 0) return false;

        // What this machine itself refused to send was a failure of that call.
        if (TryFind(control, (int)message.ControlLength, out SocketError error) && error.Origin is Kernel.IcmpOrigin or Kernel.Icmpv6Origin)
            _errors[_count++] = new PathError(socket.Id, name.Read(), error.IcmpType, error.IcmpCode, error.Information);
        return true;
    }

    // Where the socket tells the IP header too, that stands before the error.
    private static bool TryFind(byte* control, int length, out SocketError error)
    {
        for (int at = 0; ReceivedControl.TryNext(control, length, ref at, out ControlMessage* message, out byte* data, out int dataLength);)
        {
            bool isError = (message->Level, message->Type) is (Kernel.IPv4Level, Kernel.IPv4ReceiveErrors) or (Kernel.IPv6Level, Kernel.IPv6ReceiveErrors);
            if (!isError || dataLength < sizeof(SocketError)) continue;
            error = *(SocketError*)data;
            return true;
        }

        error = default;
        return false;
    }
}
