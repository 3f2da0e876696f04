using Traversal.Peer.Datagrams;
using Traversal.Peer.Handshake;

namespace Traversal.Fuzz;

/// <summary>
/// Sealed datagrams in the hands of somebody who can keep, change, repeat and make packets. Each step is a byte of what is done, a number, and what the step takes:
/// only what was sealed is opened, once, and as it was.
/// </summary>
internal sealed class PeerDatagramTarget : IFuzzTarget
{
    private const int MaxSteps = 64, MaxPayload = 64;

    public static string Name => "peer-datagram";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        ConnectionKeys keys = ConnectionKeys.Derive(new byte[PeerHello.ContributionLength], new byte[PeerHello.ContributionLength]);
        using DatagramSeal one = keys.CreateDatagramSeal(isInitiator: true), other = keys.CreateDatagramSeal(isInitiator: false);
        var kept = new List<byte[]>();
        var opened = new HashSet<int>();
        for (int step = 0; step < MaxSteps && input.Length >= 2; step++)
        {
            (byte kind, byte number) = (input[0], input[1]);
            input = input[2..];
            switch (kind % 4)
            {
                case 0:
                    ReadOnlySpan<byte> payload = input[..Math.Min(number % MaxPayload, input.Length)];
                    input = input[payload.Length..];
                    kept.Add(Seal(one, payload));
                    break;
                case 1:
                    for (int lost = 0; lost < number * 8; lost++) Seal(one, []);
                    break;
                case 2 when kept.Count > 0:
                    Deliver(other, kept[number % kept.Count], opened);
                    break;
                default:
                    ReadOnlySpan<byte> change = input[..Math.Min(number, input.Length)];
                    input = input[change.Length..];
                    DeliverChanged(other, kept.Count > 0 ? kept[number % kept.Count] : [], change);
                    break;
            }
        }

        // Whatever went before, what is sealed next is opened.
        byte[] last = Seal(one, "last"u8), room = new byte[last.Length];
        Invariant.Holds(other.TryOpen(last, room, out int length) == DatagramArrival.Opened && room.AsSpan(0, length).SequenceEqual("last"u8), "Nothing that is forged moves the window.");
    }

    private static byte[] Seal(DatagramSeal seal, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[payload.Length + DatagramSeal.Overhead];
        Invariant.Holds(seal.Seal(payload, packet) == packet.Length, "A packet has one length.");
        return packet;
    }

    private static void Deliver(DatagramSeal seal, byte[] packet, HashSet<int> opened)
    {
        byte[] room = new byte[packet.Length];
        DatagramArrival arrival = seal.TryOpen(packet, room, out int length);
        int number = packet[5] << 16 | packet[6] << 8 | packet[7];
        int largest = opened.Count == 0 ? 0 : opened.Max();
        bool isOld = opened.Contains(number) || number <= largest - 1024;
        Invariant.Holds(arrival == (isOld ? DatagramArrival.Replayed : DatagramArrival.Opened), "What was sealed is opened once.");
        Invariant.Holds(length == (isOld ? 0 : packet.Length - DatagramSeal.Overhead), "A payload has one length.");
        if (!isOld) opened.Add(number);
    }

    private static void DeliverChanged(DatagramSeal seal, byte[] packet, ReadOnlySpan<byte> change)
    {
        byte[] changed = packet.Length > 0 ? [.. packet] : change.ToArray();
        for (int index = 0; index < Math.Min(packet.Length, change.Length); index++) changed[index] ^= change[index];
        if (packet.AsSpan().SequenceEqual(changed) && packet.Length > 0) return;

        byte[] room = new byte[changed.Length];
        DatagramArrival arrival = seal.TryOpen(changed, room, out int length);
        Invariant.Holds(arrival != DatagramArrival.Opened && length == 0, "What nobody sealed is not opened.");
        Invariant.Holds(room.AsSpan().IndexOfAnyExcept((byte)0) < 0, "Nothing of what is not opened is shown.");
    }
}
