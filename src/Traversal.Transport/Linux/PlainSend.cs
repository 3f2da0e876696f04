namespace Traversal.Transport.Linux;

/// <summary>The send of one datagram by itself.</summary>
internal static unsafe class PlainSend
{
    /// <summary>Sends; counts the outcome; false when the datagram was dropped.</summary>
    public static bool Send(int socket, byte* bytes, int length, SocketName* name, uint nameLength, EngineCounters counters)
    {
        bool again = false;
        while (true)
        {
            if (FastCalls.SendTo(socket, bytes, (nuint)length, Kernel.DontWait, name, nameLength) >= 0)
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
}
