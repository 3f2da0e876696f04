using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

internal delegate void Build(ref StunMessageWriter writer);

/// <summary>A client that writes requests as RFC 8656 says, and lies where a test wants it.</summary>
internal sealed class TestClient
{
    private static readonly RandomSource Random = RandomSource.Seeded(3);

    private readonly TestRelay _relay;

    public TestClient(TestRelay relay, string address = "198.1.0.7:40000", string user = "user", string password = "pass", SocketId? via = null)
    {
        _relay = relay;
        Address = TransportAddress.Parse(address);
        Via = via ?? (Address.IsIPv4 ? TestRelay.Udp : TestRelay.UdpIPv6);
        User = user;
        SetPassword(password);
    }

    public TransportAddress Address { get; set; }

    public SocketId Via { get; set; }

    public string User { get; set; }

    public IntegrityKey Key { get; set; } = null!;

    /// <summary>ACCESS-TOKEN, which Allocate and Refresh requests have (RFC 7635 section 9); null for none.</summary>
    public byte[]? Token { get; set; }

    public byte[] Nonce { get; set; } = [];

    public bool Fingerprint { get; set; }

    /// <summary>The relayed address of the last successful Allocate.</summary>
    public TransportAddress Relayed { get; private set; }

    public SocketId Relay => _relay.RelayAt(Relayed);

    public void SetPassword(string password) => Key = IntegrityKey.LongTerm(
        PasswordAlgorithm.Md5, Encoding.UTF8.GetBytes(User), Encoding.UTF8.GetBytes(TestRelay.Realm), Encoding.UTF8.GetBytes(password));

    public static TransactionId NewId() => TransactionId.Create(Random);

    /// <summary>A request without credentials.</summary>
    public Sent Bare(StunMethod method, Build? build = null) => Send(Message(method, build, NewId(), authenticate: false));

    /// <summary>An authenticated request; a nonce is fetched first where there is none.</summary>
    public Sent Request(StunMethod method, Build? build = null, TransactionId? id = null)
    {
        if (Nonce.Length == 0) Nonce = Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp)).Nonce;
        return Send(Message(method, build, id ?? NewId(), authenticate: true));
    }

    public Sent Allocate(Build? build = null, TransactionId? id = null)
    {
        Sent sent = Request(
            StunMethod.Allocate,
            (ref writer) =>
            {
                writer.AddRequestedTransport(TransportProtocol.Udp);
                build?.Invoke(ref writer);
            },
            id);
        if (sent.IsSuccess) Relayed = sent.Relayed;
        return sent;
    }

    public Sent Refresh(uint? lifetime = null) => Request(
        StunMethod.Refresh,
        (ref writer) =>
        {
            if (lifetime is { } seconds) writer.AddLifetime(seconds);
        });

    public Sent CreatePermission(params string[] peers) => Request(
        StunMethod.CreatePermission,
        (ref writer) =>
        {
            foreach (string peer in peers) writer.AddPeerAddress(TransportAddress.Parse(peer));
        });

    public Sent ChannelBind(ushort channel, string peer) => Request(
        StunMethod.ChannelBind,
        (ref writer) =>
        {
            writer.AddChannelNumber(new ChannelNumber(channel));
            writer.AddPeerAddress(TransportAddress.Parse(peer));
        });

    public Sent SendIndication(string peer, byte[] data) => Send(Indication(peer, data));

    public Sent ChannelData(ushort channel, byte[] data) => Send(ChannelDataBytes(channel, data));

    public static byte[] ChannelDataBytes(ushort channel, byte[] data) =>
        [(byte)(channel >> 8), (byte)channel, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    public static byte[] Indication(string peer, byte[] data) => Write(
        StunClass.Indication,
        StunMethod.Send,
        NewId(),
        (ref writer) =>
        {
            writer.AddPeerAddress(TransportAddress.Parse(peer));
            writer.Add(StunAttributeType.Data, data);
        });

    public byte[] Message(StunMethod method, Build? build, TransactionId id, bool authenticate)
    {
        byte[] buffer = new byte[70_000];
        var writer = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        build?.Invoke(ref writer);
        if (authenticate)
        {
            if (Token is not null && method is (StunMethod.Allocate or StunMethod.Refresh)) writer.Add(StunAttributeType.AccessToken, Token);
            writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(User));
            writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(TestRelay.Realm));
            writer.Add(StunAttributeType.Nonce, Nonce);
        }

        int length = writer.Finish(authenticate ? Key : null, authenticate ? StunIntegrity.Sha1 : StunIntegrity.None, Fingerprint);
        Assert.NotEqual(0, length);
        return buffer[..length];
    }

    public static byte[] Write(StunClass messageClass, StunMethod method, TransactionId id, Build build)
    {
        byte[] buffer = new byte[70_000];
        var writer = new StunMessageWriter(buffer, messageClass, method, in id);
        build(ref writer);
        int length = writer.Finish();
        Assert.NotEqual(0, length);
        return buffer[..length];
    }

    /// <summary>The client's address that a proxy at <see cref="Address"/> names; null without one.</summary>
    public string? Behind { get; set; }

    public Sent Send(byte[] datagram) =>
        Behind is null ? _relay.FromClient(Via, Address, datagram) : _relay.FromProxy(Address, Behind, datagram);

    /// <summary>An answer must be signed with the client's key and go back to it.</summary>
    public void AssertSigned(Sent sent)
    {
        Assert.True(sent.Message.VerifyIntegrity(Key));
        Assert.Equal(RelayAction.Reply, sent.Action);
        Assert.Equal(Via, sent.Via);
        Assert.Equal(Address, sent.Destination);
    }
}
