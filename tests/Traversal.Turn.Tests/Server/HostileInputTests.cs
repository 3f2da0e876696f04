using FsCheck;
using FsCheck.Fluent;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>Whatever bytes come, nothing throws, nothing grows, and what is sent lies within the spans.</summary>
public sealed class HostileInputTests
{
    private readonly TestRelay _relay = new(options => options.RepliesPerSecond = 0);
    private readonly TestClient _client;
    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];

    public HostileInputTests()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
        _client.ChannelBind(0x4000, "9.9.9.9:9");
    }

    [Fact]
    public void Random_bytes_from_clients() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ClientAccepts).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_of_every_length_up_to_the_largest()
    {
        RandomSource random = RandomSource.Seeded(11);
        for (int i = 0; i < 2000 * Soak.Factor; i++)
        {
            byte[] bytes = new byte[random.Next(3) == 0 ? random.Next(65_536) : random.Next(200)];
            random.Fill(bytes);
            if (bytes.Length >= 20 && random.Next(2) == 0) MakeStun(bytes, random);
            Assert.True(ClientAccepts(bytes));
            PeerAccepts(bytes, random);
        }
    }

    [Fact]
    public void Valid_messages_with_any_byte_changed_or_cut_off()
    {
        RandomSource random = RandomSource.Seeded(12);
        byte[][] messages =
        [
            _client.Message(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), true),
            _client.Message(StunMethod.Refresh, (ref writer) => writer.AddLifetime(600), TestClient.NewId(), true),
            _client.Message(StunMethod.CreatePermission, (ref writer) => writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9")), TestClient.NewId(), true),
            _client.Message(StunMethod.Binding, null, TestClient.NewId(), false),
            TestClient.Indication("9.9.9.9:9", new byte[50]),
            TestClient.ChannelDataBytes(0x4000, new byte[50]),
        ];
        foreach (byte[] message in messages)
        {
            for (int length = 0; length < message.Length; length++) Assert.True(ClientAccepts(message[..length]));
            for (int i = 0; i < message.Length; i++)
            {
                for (int change = 0; change < 4 * Soak.Factor; change++)
                {
                    byte[] changed = [.. message];
                    changed[i] ^= (byte)(1 + random.Next(255));
                    Assert.True(ClientAccepts(changed));
                }
            }
        }
    }

    [Fact]
    public void Authenticated_requests_with_random_attributes()
    {
        RandomSource random = RandomSource.Seeded(13);
        StunAttributeType[] types = Enum.GetValues<StunAttributeType>();
        StunMethod[] methods = [StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind, StunMethod.Binding];
        for (int i = 0; i < 5000 * Soak.Factor; i++)
        {
            byte[] request = Random(methods[random.Next(methods.Length)], types, random);
            Assert.True(ClientAccepts(request));
            while (_relay.Machine.TryTakeCommand(out RelayCommand command))
            {
                if (command.Kind == RelayCommandKind.OpenRelay)
                    _relay.Machine.OnRelayFailed(command.Allocation, RelayOpenFailure.Exhausted, _reply, _relay.Clock);
            }
        }

        Assert.InRange(_relay.Machine.AllocationCount, 0, 1);
    }

    [Fact]
    public void A_reply_span_that_is_too_short_costs_the_reply_and_nothing_else()
    {
        for (int length = 0; length < 120; length++)
        {
            byte[] request = _client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
            RelayVerdict verdict = _relay.Machine.OnClientDatagram(_client.Via, _client.Address, request, new byte[length], _relay.Clock);
            Assert.True(verdict.Action == RelayAction.Drop || verdict.Length <= length);
        }
    }

    private byte[] Random(StunMethod method, StunAttributeType[] types, RandomSource random)
    {
        byte[] buffer = new byte[4096];
        TransactionId id = TestClient.NewId();
        var writer = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        if (random.Next(2) == 0) writer.AddRequestedTransport(TransportProtocol.Udp);
        for (int count = random.Next(6); count > 0; count--)
        {
            byte[] value = new byte[random.Next(4) == 0 ? random.Next(40) : 4 * random.Next(3)];
            random.Fill(value);
            StunAttributeType type = types[random.Next(types.Length)];
            if (type is StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint) continue;
            if (writer.TryReserve(type, value.Length, out Span<byte> destination)) value.CopyTo(destination);
        }

        writer.Add(StunAttributeType.Username, "user"u8);
        writer.Add(StunAttributeType.Realm, "example.org"u8);
        writer.Add(StunAttributeType.Nonce, _client.Nonce);
        return buffer[..writer.Finish(_client.Key, StunIntegrity.Sha1, random.Next(2) == 0)];
    }

    private static void MakeStun(byte[] bytes, RandomSource random)
    {
        bytes[0] &= 1;
        bytes[1] = (byte)(random.Next(12) | (random.Next(2) << 4));
        bytes[2] = (byte)((bytes.Length - 20) >> 8);
        bytes[3] = (byte)(bytes.Length - 20);
        bytes[4] = 0x21;
        bytes[5] = 0x12;
        bytes[6] = 0xA4;
        bytes[7] = 0x42;
    }

    private bool ClientAccepts(byte[] bytes)
    {
        byte[] copy = [.. bytes];
        RelayVerdict verdict = _relay.Machine.OnClientDatagram(_client.Via, _client.Address, copy, _reply, _relay.Clock);
        return IsWithin(in verdict, copy.Length);
    }

    private void PeerAccepts(byte[] bytes, RandomSource random)
    {
        byte[] packet = [.. new byte[RelayMachine.Headroom], .. bytes];
        TransportAddress peer = TransportAddress.FromIPv4(0x0909_0909, (ushort)(8 + random.Next(3)));
        RelayVerdict verdict = _relay.Machine.OnPeerDatagram(_relay.HandleOf(_client.Relay), in peer, packet, _relay.Clock);
        Assert.True(IsWithin(in verdict, packet.Length));
        if (verdict.Action == RelayAction.Forward) Assert.Equal(0, packet[verdict.Offset] & 0x80);
    }

    private bool IsWithin(in RelayVerdict verdict, int length) => verdict.Action switch
    {
        RelayAction.Drop => verdict == RelayVerdict.Drop,
        RelayAction.Reply => verdict is { Offset: >= 0, Length: > 0 } && verdict.Offset + verdict.Length <= _reply.Length,
        _ => verdict is { Offset: >= 0, Length: >= 0 } && verdict.Offset + verdict.Length <= length,
    };
}
