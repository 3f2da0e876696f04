using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>Seals packets of any frames: with the right secret a peer that does not keep to the rules, with another one a stranger.</summary>
internal sealed class Forger(bool isInitiator, string secret = "a secret of sixteen bytes") : IDisposable
{
    private readonly PathSeals _seals = new(System.Text.Encoding.ASCII.GetBytes(secret), isInitiator);

    /// <summary>Makes a packet of frames, each a type and its numbers.</summary>
    public byte[] Packet(long number, params (FrameType Type, long[] Numbers)[] frames)
    {
        byte[] bytes = new byte[1200];
        var writer = new FrameWriter(bytes.AsSpan(PacketHeader.Length));
        foreach ((FrameType type, long[] numbers) in frames)
        {
            writer.Write(type);
            foreach (long value in numbers) writer.Write(value);
            if (type is FrameType.Data or FrameType.LastData) writer.Take((int)numbers[2]).Clear();
        }

        int length = PacketHeader.Length + writer.Length + PacketSeal.TagLength;
        PacketHeader.Write(bytes, _seals.SendingPhase, number);
        _seals.Seal(bytes.AsSpan(0, length), number);
        return bytes[..length];
    }

    public void Dispose() => _seals.Dispose();
}
