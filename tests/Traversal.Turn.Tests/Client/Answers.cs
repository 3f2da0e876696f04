using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Answers that a server might write, and some that none should.</summary>
internal static class Answers
{
    public static readonly IntegrityKey Key = KeyOf(TestRelay.Realm);

    public static readonly TransportAddress Relayed = TransportAddress.Parse("198.0.2.1:50000"), Mapped = TransportAddress.Parse("198.1.0.7:40000");

    public static IntegrityKey KeyOf(string realm, PasswordAlgorithm algorithm = PasswordAlgorithm.Md5) =>
        IntegrityKey.LongTerm(algorithm, "user"u8, Encoding.UTF8.GetBytes(realm), "pass"u8);

    public static byte[] Challenge(
        in StunMessage request, StunErrorCode code = StunErrorCode.Unauthenticated, string? realm = TestRelay.Realm, string? nonce = "nonce", Build? more = null) =>
        Error(
            in request,
            code,
            null,
            (ref writer) =>
            {
                if (realm is not null) writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(realm));
                if (nonce is not null) writer.Add(StunAttributeType.Nonce, Encoding.UTF8.GetBytes(nonce));
                more?.Invoke(ref writer);
            });

    public static byte[] Error(in StunMessage request, StunErrorCode code, IntegrityKey? key = null, Build? more = null) => Write(
        StunClass.ErrorResponse,
        in request,
        key,
        (ref writer) =>
        {
            writer.AddErrorCode(code, default);
            more?.Invoke(ref writer);
        });

    public static byte[] Success(in StunMessage request, IntegrityKey? key = null, Build? more = null) =>
        Write(StunClass.SuccessResponse, in request, key, more ?? ((ref writer) => { }));

    public static byte[] Allocated(in StunMessage request, IntegrityKey? key = null, Build? more = null) => Success(
        in request,
        key,
        (ref writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in Relayed);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
            writer.AddLifetime(600);
            more?.Invoke(ref writer);
        });

    private static byte[] Write(StunClass messageClass, in StunMessage request, IntegrityKey? key, Build build)
    {
        byte[] buffer = new byte[4096];
        TransactionId id = request.TransactionId;
        var writer = new StunMessageWriter(buffer, messageClass, request.Method, in id);
        build(ref writer);
        int length = writer.Finish(key, key is null ? StunIntegrity.None : StunIntegrity.Sha1, fingerprint: false);
        Assert.NotEqual(0, length);
        return buffer[..length];
    }
}
