using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Benchmarks.Relay;

/// <summary>What clients ask a relay for. All are one user, as behind a web service; a nonce is good for one address.</summary>
internal sealed class RelayRequests(RandomSource random)
{
    private const string Realm = "example.org", User = "user", Password = "pass";

    /// <summary>Longer than any request or reply here.</summary>
    public const int MaxLength = 512;

    private static readonly IntegrityKey Key = IntegrityKey.LongTerm(
        PasswordAlgorithm.Md5, Encoding.UTF8.GetBytes(User), Encoding.UTF8.GetBytes(Realm), Encoding.UTF8.GetBytes(Password));

    private delegate void Body(ref StunMessageWriter writer);

    public static CredentialSnapshot Credentials { get; } = CredentialSnapshot.Create(Realm, [new UserCredential(User, Password)]);

    /// <summary>Options under which thousands of clients of one user run, each with its rate counted but never reached.</summary>
    public static RelayOptions Options(int allocations)
    {
        var options = new RelayOptions
        {
            Realm = Realm,
            MinPort = 1024,
            MaxAllocations = allocations,
            MaxAllocationsPerUser = allocations,
            PacketsPerSecond = int.MaxValue,
            BytesPerSecond = int.MaxValue,
            RepliesPerSecond = 0,
            NewPeersPerSecond = 0,
            NewPeersPerSecondPerUser = 0,
        };
        options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.1:0")));
        return options;
    }

    public byte[] Allocate(ReadOnlySpan<byte> nonce) =>
        Write(StunMethod.Allocate, nonce, static (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));

    public byte[] CreatePermission(ReadOnlySpan<byte> nonce, TransportAddress peer) =>
        Write(StunMethod.CreatePermission, nonce, (ref writer) => writer.AddPeerAddress(in peer));

    public byte[] ChannelBind(ReadOnlySpan<byte> nonce, ChannelNumber channel, TransportAddress peer) =>
        Write(StunMethod.ChannelBind, nonce, (ref writer) =>
        {
            writer.AddChannelNumber(channel);
            writer.AddPeerAddress(in peer);
        });

    public byte[] Send(in TransportAddress peer, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[MaxLength];
        var writer = new StunMessageWriter(message, StunClass.Indication, StunMethod.Send, TransactionId.Create(random));
        writer.AddPeerAddress(in peer);
        writer.Add(StunAttributeType.Data, data);
        return message[..writer.Finish()];
    }

    /// <summary>A request; without a nonce it is the first one of a client, which is refused and teaches the nonce.</summary>
    private byte[] Write(StunMethod method, ReadOnlySpan<byte> nonce, Body body)
    {
        byte[] message = new byte[MaxLength];
        var writer = new StunMessageWriter(message, StunClass.Request, method, TransactionId.Create(random));
        body(ref writer);
        if (nonce.IsEmpty) return message[..writer.Finish()];

        writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(User));
        writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(Realm));
        writer.Add(StunAttributeType.Nonce, nonce);
        return message[..writer.Finish(Key, StunIntegrity.Sha1, fingerprint: false)];
    }
}
