using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>Reads what control messages the kernel put beside a datagram. None is looked at beyond the end that the kernel says.</summary>
internal static unsafe class ReceivedControl
{
    /// <summary>Reads the header of a datagram and the size of its segments, 0 where it has none.</summary>
    public static void Read(byte* control, int length, out IPHeader header, out int segment)
    {
        segment = 0;
        byte trafficClass = 0, hopLimit = 0;
        for (int at = 0; TryNext(control, length, ref at, out ControlMessage* message, out byte* data, out int dataLength);)
        {
            bool hasNumber = dataLength >= sizeof(int);
            switch (message->Level, message->Type)
            {
                case (Kernel.UdpLevel, Kernel.UdpCoalesce) when hasNumber:
                    segment = *(int*)data;
                    break;
                case (Kernel.IPv4Level, Kernel.IPv4TrafficClass) when dataLength >= 1:
                case (Kernel.IPv6Level, Kernel.IPv6TrafficClass) when hasNumber:
                    trafficClass = *data; // Little-endian: the first byte of a number is its lowest.
                    break;
                case (Kernel.IPv4Level, Kernel.IPv4HopLimit) when hasNumber:
                case (Kernel.IPv6Level, Kernel.IPv6HopLimit) when hasNumber:
                    hopLimit = Math.Max(*data, (byte)1);
                    break;
            }
        }

        header = new IPHeader(trafficClass, hopLimit);
    }

    /// <summary>Finds the next message from <paramref name="at"/> on, and moves that behind it; false where there is no whole one.</summary>
    public static bool TryNext(byte* control, int length, ref int at, out ControlMessage* message, out byte* data, out int dataLength)
    {
        message = (ControlMessage*)(control + at);
        data = control + at + ControlMessage.HeaderLength;
        dataLength = 0;
        int left = length - at;
        if (left < ControlMessage.HeaderLength || message->Length < (nuint)ControlMessage.HeaderLength || message->Length > (nuint)left) return false;

        int own = (int)message->Length;
        dataLength = own - ControlMessage.HeaderLength;
        at += (own + sizeof(nuint) - 1) & -sizeof(nuint);
        return true;
    }
}
