using System.Globalization;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Load.Engine;

/// <summary>
/// Writes the requests of all clients and reads the answers. Answers are matched by transaction but their integrity is not checked: the
/// bare forwarder that servers are compared with signs nothing.
/// </summary>
internal sealed class TurnRequests(LoadOptions options, RandomSource random)
{
    private const uint UdpProtocol = 17u << 24;

    private readonly byte[] _user = Encoding.UTF8.GetBytes(options.User);
    private readonly byte[] _password = Encoding.UTF8.GetBytes(options.Password);
    private byte[] _realm = [];
    private IntegrityKey? _key;
    private byte[] _lastNonce = [];

    /// <summary>Writes a request. Returns its length.</summary>
    public int Write(Span<byte> destination, ControlStep step, Client client, out TransactionId id)
    {
        id = TransactionId.Create(random);
        if (options.ReuseNonce && client.Nonce.Length == 0) client.Nonce = _lastNonce;

        var writer = new StunMessageWriter(destination, StunClass.Request, MethodOf(step), id);
        AddBody(ref writer, step, client);
        if (client.Nonce.Length == 0 || _key is null) return writer.Finish();

        writer.Add(StunAttributeType.Username, _user);
        writer.Add(StunAttributeType.Realm, _realm);
        writer.Add(StunAttributeType.Nonce, client.Nonce);
        return writer.Finish(_key, StunIntegrity.Sha1, fingerprint: false);
    }

    /// <summary>Reads an answer to <paramref name="step"/> and keeps what it teaches: relay address, realm, nonce.</summary>
    public ControlAnswer Read(ReadOnlySpan<byte> frame, ControlStep step, in TransactionId id, Client client, out string reason)
    {
        reason = "";
        if (StunMessage.TryParse(frame, out StunMessage message) != StunParseStatus.Ok || message.TransactionId != id) return ControlAnswer.Unrelated;

        if (message.Class == StunClass.SuccessResponse)
        {
            if (step != ControlStep.Allocate) return ControlAnswer.Success;

            if (message.TryGetXorAddress(StunAttributeType.XorRelayedAddress, out TransportAddress relay))
            {
                client.SetRelay(relay);
                return ControlAnswer.Success;
            }

            reason = "success without a relay address";
            return ControlAnswer.Refused;
        }

        return ReadError(message, client, out reason);
    }

    /// <summary>Reads an answer whose request is no longer remembered: whether it gave a nonce to ask again with.</summary>
    public bool TryLearnNonce(ReadOnlySpan<byte> frame, Client client) =>
        StunMessage.TryParse(frame, out StunMessage message) == StunParseStatus.Ok
        && message.Class == StunClass.ErrorResponse
        && ReadError(message, client, out _) == ControlAnswer.AskAgain;

    private StunMethod MethodOf(ControlStep step) => step switch
    {
        ControlStep.Allocate => StunMethod.Allocate,
        ControlStep.Bind => options.Path == DataPath.Channel ? StunMethod.ChannelBind : StunMethod.CreatePermission,
        _ => StunMethod.Refresh,
    };

    private void AddBody(ref StunMessageWriter writer, ControlStep step, Client client)
    {
        switch (step)
        {
            case ControlStep.Allocate:
                writer.AddUInt32(StunAttributeType.RequestedTransport, UdpProtocol);
                // Without it the server relays from IPv4 (RFC 8656 section 7.2).
                if (options.PeerAddress.IsIPv6) writer.AddUInt32(StunAttributeType.RequestedAddressFamily, (uint)IPFamily.IPv6 << 24);
                break;
            case ControlStep.Bind:
                if (options.Path == DataPath.Channel) writer.AddUInt32(StunAttributeType.ChannelNumber, (uint)UplinkFrame.Channel << 16);
                writer.AddXorAddress(StunAttributeType.XorPeerAddress, client.PeerAddress);
                break;
            case ControlStep.Release:
                writer.AddUInt32(StunAttributeType.Lifetime, 0);
                break;
        }
    }

    private ControlAnswer ReadError(in StunMessage message, Client client, out string reason)
    {
        message.TryGetErrorCode(out StunErrorCode code, out _);
        reason = string.Create(CultureInfo.InvariantCulture, $"{(int)code} {Encoding.UTF8.GetString(StunErrorReason.For(code))}");
        switch (code)
        {
            case StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce when message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce):
                client.Nonce = _lastNonce = nonce.ToArray();
                if (message.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> realm) && !realm.SequenceEqual(_realm)) UseRealm(realm);
                return ControlAnswer.AskAgain;
            case StunErrorCode.AllocationMismatch:
                return ControlAnswer.AddressInUse;
            default:
                return ControlAnswer.Refused;
        }
    }

    private void UseRealm(ReadOnlySpan<byte> realm)
    {
        _realm = realm.ToArray();
        _key = IntegrityKey.LongTerm(PasswordAlgorithm.Md5, _user, _realm, _password);
    }
}
