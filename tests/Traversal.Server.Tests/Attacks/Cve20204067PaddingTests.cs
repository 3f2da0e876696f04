using System.Buffers.Binary;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>CVE-2020-4067: padding was not written, and had bytes of other clients in it.</summary>
public sealed class Cve20204067PaddingTests
{
    [Theory]
    [InlineData(ListenTransport.Udp)]
    [InlineData(ListenTransport.Tcp)]
    public async Task Padding_is_zeros_after_others_have_filled_every_buffer(ListenTransport transport)
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using Victim address = new();
        using Attacker other = new(server.Udp()), attacker = new(transport == ListenTransport.Udp ? server.Udp() : server.Tcp());
        Assert.Equal(0, other.Allocate());
        Assert.Equal(0, other.Bind(0x4000, address.Endpoint));
        byte[] secrets = new byte[1200];
        Array.Fill(secrets, (byte)0xEE);
        for (int i = 0; i < 600; i++)
        {
            other.SendBy(0x4000, secrets);
            if (i % 100 == 0) other.Settle();
        }

        byte[] challenge = attacker.Ask(attacker.Message(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), authenticate: false));
        AssertPaddedWithZeros(challenge); // The realm has 11 bytes, the nonce 32.
        Assert.Equal(0, attacker.Allocate());
        AssertPaddedWithZeros(attacker.Request(StunMethod.ChannelBind, null)); // "Bad Request" has 11 bytes.
        Assert.Equal(0, attacker.Permit(address.Endpoint));
        for (int length = 1; length <= 5; length++)
        {
            byte[] data = new byte[length];
            Array.Fill(data, (byte)7);
            Reply(address, attacker, data);
            AssertPaddedWithZeros(attacker.Receive()!);
        }

        if (transport == ListenTransport.Udp) return; // ChannelData over UDP is not padded.
        Assert.Equal(0, attacker.Bind(0x4000, address.Endpoint));
        for (int length = 1; length <= 5; length++)
        {
            byte[] data = new byte[length];
            Array.Fill(data, (byte)7);
            Reply(address, attacker, data);
            byte[] frame = attacker.Receive()!;
            Assert.Equal(ChannelData.StreamLength(length), frame.Length);
            Assert.All(frame[(ChannelData.HeaderLength + length)..], padding => Assert.Equal(0, padding));
        }
    }

    private static void Reply(Victim from, Attacker to, byte[] data) => from.SendTo(to.Relayed, data);

    private static void AssertPaddedWithZeros(byte[] message)
    {
        _ = Attacker.Parse(message);
        for (int at = StunMessage.HeaderLength; at < message.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 2)), end = at + 4 + length, next = end + (-length & 3);
            Assert.All(message[end..next], padding => Assert.Equal(0, padding));
            at = next;
        }
    }
}
