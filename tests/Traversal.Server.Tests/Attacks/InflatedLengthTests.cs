using System.Buffers.Binary;
using Traversal.Stun;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// Cisco Expressway, CVE-2026-43994: a length that says more than there is made the server send what stood behind, or write over it. CVE-2026-40613:
/// a message at an odd place killed it.
/// </summary>
public sealed class InflatedLengthTests
{
    [Fact]
    public async Task Nothing_behind_a_message_is_ever_sent()
    {
        await using TurnServer server = await AttackServer.StartAsync("127.0.0.0/8");
        using var victim = new Victim();
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate());
        Assert.Equal(0, attacker.Bind(0x4000, victim.Endpoint));
        attacker.SendBy(0x4000, new byte[1000]); // Something to leak.
        victim.Receive();

        byte[] indication = TestClient.Indication(victim.Endpoint, [1, 2, 3, 4]);
        for (int more = 1; more <= 1024; more *= 2)
        {
            byte[] data = [.. indication];
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(data.Length - 6), (ushort)(4 + more));
            attacker.Send(data);
            byte[] whole = [.. indication];
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(2), (ushort)(whole.Length - StunMessage.HeaderLength + more));
            attacker.Send(whole);
            byte[] channel = TestClient.ChannelDataBytes(0x4000, [1, 2, 3, 4]);
            BinaryPrimitives.WriteUInt16BigEndian(channel.AsSpan(2), (ushort)(4 + more));
            attacker.Send(channel);
        }

        attacker.Settle();
        Assert.False(victim.HasAnything);
        Assert.Equal(33, server.Count(RelayCounter.DroppedMalformed));
    }

    [Fact]
    public void A_message_is_read_wherever_it_begins()
    {
        var relay = new TestRelay();
        var client = new TestClient(relay);
        client.Allocate();
        byte[] request = client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
        byte[] buffer = new byte[request.Length + 64], reply = new byte[RelayMachine.MinReplyLength + 64];
        for (int offset = 0; offset < 16; offset++)
        {
            request.CopyTo(buffer, offset);
            RelayVerdict verdict = relay.Machine.OnClientDatagram(
                client.Via, client.Address, buffer.AsSpan(offset, request.Length), reply.AsSpan(offset), relay.Clock);
            Assert.Equal(RelayAction.Reply, verdict.Action);
        }
    }
}
