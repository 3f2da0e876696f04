using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Messages to begin with: those of RFC 5769, and one of ours for each kind of attribute.</summary>
internal static class StunSeeds
{
    private static readonly TransactionId Id = TransactionId.Read("transaction!"u8);
    private static readonly TransportAddress IPv4 = TransportAddress.Parse("192.0.2.1:32853");
    private static readonly TransportAddress IPv6 = TransportAddress.Parse("[2001:db8::17]:3478");

    private delegate void Fill(ref StunMessageWriter writer);

    /// <summary>All of them, the shortest first.</summary>
    public static IEnumerable<Seed> All() =>
    [
        Make("header", StunClass.Request, StunMethod.Binding, static (ref StunMessageWriter _) => { }),
        Make("fingerprint", StunClass.Request, StunMethod.Binding, static (ref StunMessageWriter _) => { }, fingerprint: true),
        Make("integrity-sha256", StunClass.Request, StunMethod.Binding, static (ref StunMessageWriter writer) =>
        {
            writer.Add(StunAttributeType.Userhash, new byte[StunLimits.UserhashBytes]);
            writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, PasswordAlgorithm.Sha256);
            writer.Add(StunAttributeType.Realm, "example.org"u8);
        }, StunIntegrity.Sha256),
        Make("integrity-both", StunClass.Request, StunMethod.Refresh, Credentials, StunIntegrity.Both, fingerprint: true),
        Make("challenge", StunClass.ErrorResponse, StunMethod.Allocate, static (ref StunMessageWriter writer) =>
        {
            writer.AddErrorCode(StunErrorCode.Unauthenticated);
            writer.Add(StunAttributeType.Realm, "example.org"u8);
            writer.Add(StunAttributeType.Nonce, "obMatJos2AAADnonce"u8);
            writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5);
        }, fingerprint: true),
        Make("unknown-attributes", StunClass.ErrorResponse, StunMethod.Binding, static (ref StunMessageWriter writer) =>
        {
            writer.AddErrorCode(StunErrorCode.UnknownAttribute, "?"u8);
            writer.AddUnknownAttributes([0x7F01, 0x7F02, 0x7F03]);
        }),
        Make("try-alternate", StunClass.ErrorResponse, StunMethod.Binding, static (ref StunMessageWriter writer) =>
        {
            writer.AddErrorCode(StunErrorCode.TryAlternate);
            writer.AddAddress(StunAttributeType.AlternateServer, in IPv6);
            writer.Add(StunAttributeType.AlternateDomain, "turn.example.org"u8);
        }, StunIntegrity.Sha1),
        Make("addresses", StunClass.SuccessResponse, StunMethod.Binding, static (ref StunMessageWriter writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in IPv6);
            writer.AddAddress(StunAttributeType.MappedAddress, in IPv4);
            writer.AddAddress(StunAttributeType.ResponseOrigin, in IPv4);
            writer.AddAddress(StunAttributeType.OtherAddress, in IPv6);
        }),
        Make("allocated", StunClass.SuccessResponse, StunMethod.Allocate, static (ref StunMessageWriter writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in IPv4);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in IPv4);
            writer.AddUInt32(StunAttributeType.Lifetime, 600);
            writer.AddUInt64(StunAttributeType.ReservationToken, 0x0123456789ABCDEF);
        }, StunIntegrity.Sha1, fingerprint: true),
        Make("ice-check", StunClass.Request, StunMethod.Binding, static (ref StunMessageWriter writer) =>
        {
            writer.Add(StunAttributeType.Username, "evtj:h6vY"u8);
            writer.AddUInt32(StunAttributeType.Priority, 0x6E0001FF);
            writer.AddUInt64(StunAttributeType.IceControlling, 0x932FF9B151263B36);
            writer.AddEmpty(StunAttributeType.UseCandidate);
        }, StunIntegrity.Sha1, fingerprint: true),
        Make("send", StunClass.Indication, StunMethod.Send, static (ref StunMessageWriter writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorPeerAddress, in IPv6);
            writer.Add(StunAttributeType.Data, "odd"u8);
            writer.AddEmpty(StunAttributeType.DontFragment);
        }),
        Make("rest-user", StunClass.Request, StunMethod.Allocate, static (ref StunMessageWriter writer) =>
            writer.Add(StunAttributeType.Username, "1767225600:alice"u8)),
        .. Rfc5769.All,
    ];

    private static void Credentials(ref StunMessageWriter writer)
    {
        writer.Add(StunAttributeType.Username, "alice"u8);
        writer.Add(StunAttributeType.Realm, "example.org"u8);
        writer.Add(StunAttributeType.Nonce, "obMatJos2AAACnonce"u8);
    }

    private static Seed Make(
        string name, StunClass messageClass, StunMethod method, Fill fill, StunIntegrity integrity = StunIntegrity.None, bool fingerprint = false)
    {
        byte[] buffer = new byte[1024];
        var writer = new StunMessageWriter(buffer, messageClass, method, in Id);
        fill(ref writer);
        int length = writer.Finish(IntegrityKey.FromBytes(StunMessageTarget.KeyBytes), integrity, fingerprint);
        return new(name, buffer[..length]);
    }
}
