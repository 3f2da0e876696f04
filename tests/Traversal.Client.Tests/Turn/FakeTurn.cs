using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Client.Tests.Turn;

/// <summary>Answers as a TURN server writes them, by hand, for servers that are to behave badly.</summary>
internal static class FakeTurn
{
    public static readonly TransportAddress Relayed = TransportAddress.Parse("198.51.100.1:50000"), Mapped = TransportAddress.Parse("203.0.113.7:4242");

    public delegate void Build(ref StunMessageWriter writer);

    public static IntegrityKey KeyOf(string user, string password, string realm = Relay.Realm) =>
        IntegrityKey.LongTerm(PasswordAlgorithm.Md5, Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(realm), Encoding.UTF8.GetBytes(password));

    /// <summary>The name under which a request is signed; null where it is not.</summary>
    public static string? UserOf(in StunMessage request) =>
        request.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name) ? Encoding.UTF8.GetString(name) : null;

    public static byte[] Challenge(in StunMessage request, string realm = Relay.Realm, string nonce = "nonce", StunErrorCode code = StunErrorCode.Unauthenticated)
    {
        byte[] realmBytes = Encoding.UTF8.GetBytes(realm), nonceBytes = Encoding.UTF8.GetBytes(nonce);
        return Answer(in request, StunClass.ErrorResponse, null, (ref StunMessageWriter writer) =>
        {
            writer.AddErrorCode(code, default);
            writer.Add(StunAttributeType.Realm, realmBytes);
            writer.Add(StunAttributeType.Nonce, nonceBytes);
        });
    }

    public static byte[] Error(in StunMessage request, StunErrorCode code, IntegrityKey? key = null) =>
        Answer(in request, StunClass.ErrorResponse, key, (ref StunMessageWriter writer) => writer.AddErrorCode(code, default));

    /// <summary>What grants whatever was asked for.</summary>
    public static byte[] Success(in StunMessage request, IntegrityKey? key, uint lifetime = 600, byte[]? ticket = null)
    {
        bool isAllocate = request.Method == StunMethod.Allocate;
        return Answer(in request, StunClass.SuccessResponse, key, (ref StunMessageWriter writer) =>
        {
            if (isAllocate) writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in Relayed);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
            writer.AddLifetime(lifetime);
            if (ticket is not null) writer.Add(StunAttributeType.MobilityTicket, ticket);
        });
    }

    /// <summary>Sends the client to another server of another name.</summary>
    public static byte[] Redirection(in StunMessage request, IntegrityKey key, TransportAddress server, string domain) =>
        Answer(in request, StunClass.ErrorResponse, key, (ref StunMessageWriter writer) =>
        {
            writer.AddErrorCode(StunErrorCode.TryAlternate, default);
            writer.AddAddress(StunAttributeType.AlternateServer, in server);
            writer.Add(StunAttributeType.AlternateDomain, Encoding.UTF8.GetBytes(domain));
        });

    /// <summary>A Data indication.</summary>
    public static byte[] Data(in TransportAddress peer, ReadOnlySpan<byte> data)
    {
        byte[] buffer = new byte[256];
        TransactionId id = TransactionId.Create(RandomSource.System);
        var writer = new StunMessageWriter(buffer, StunClass.Indication, StunMethod.Data, in id);
        writer.AddPeerAddress(in peer);
        writer.Add(StunAttributeType.Data, data);
        return buffer[..writer.Finish()];
    }

    private static byte[] Answer(in StunMessage request, StunClass messageClass, IntegrityKey? key, Build build)
    {
        byte[] buffer = new byte[1024];
        StunMessageWriter writer = StunMessageWriter.Answer(buffer, messageClass, in request);
        build(ref writer);
        return buffer[..writer.Finish(key, key is null ? StunIntegrity.None : StunIntegrity.Sha1, fingerprint: false)];
    }
}
