namespace Traversal.Transport.Linux;

/// <summary>The send of one datagram by itself.</summary>
internal static unsafe class PlainSend
{
    /// <summary>Sends without control messages; counts the outcome; false when the datagram was dropped.</summary>
    public static bool Send(int socket, byte* bytes, int length, SocketName* name, uint nameLength, EngineCounters counters) =>
        Send(socket, bytes, length, name, nameLength, null, 0, counters);

    /// <summary>Sends; counts the outcome; false when the datagram was dropped.</summary>
    public static bool Send(int socket, byte* bytes, int length, SocketName* name, uint nameLength, ControlMessage* controls, int count, EngineCounters counters)
    {
        bool again = false;
        while (true)
        {
            if (Call(socket, bytes, length, name, nameLength, controls, count) >= 0)
            {
                counters.CountSent(1, length);
                return true;
            }

            Errno error = FastCalls.LastError;
            if (error == Errno.Interrupted) continue;
            if (!again && LinuxErrors.MayBeOfEarlierSend(error))
            {
                again = true;
                continue;
            }

            counters.CountDrop(LinuxErrors.ToSendFailure(error));
            return false;
        }
    }

    private static nint Call(int socket, byte* bytes, int length, SocketName* name, uint nameLength, ControlMessage* controls, int count) => count == 0
        ? FastCalls.SendTo(socket, bytes, (nuint)length, Kernel.DontWait, name, nameLength)
        : CallWith(socket, bytes, length, name, nameLength, controls, count);

    private static nint CallWith(int socket, byte* bytes, int length, SocketName* name, uint nameLength, ControlMessage* controls, int count)
    {
        var vector = new IOVector { Base = bytes, Length = (nuint)length };
        var message = new MessageHeader
        {
            Name = (byte*)name,
            NameLength = nameLength,
            Vectors = &vector,
            VectorCount = 1,
            Control = (byte*)controls,
            ControlLength = (nuint)(count * sizeof(ControlMessage)),
        };
        return FastCalls.Send(socket, &message, Kernel.DontWait);
    }
}
