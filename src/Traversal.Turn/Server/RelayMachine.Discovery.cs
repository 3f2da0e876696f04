using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>NAT behaviour discovery (RFC 5780): a client learns what its NAT does by asking for answers from and to other addresses and ports.</summary>
public sealed partial class RelayMachine
{
    /// <summary>The longest PADDING of an answer: the MTU of Ethernet, so that the answer is more than one fragment (RFC 5780 section 7.6).</summary>
    private const int MaxPaddingBytes = 1500;

    /// <summary>An answer goes to no other port below this one: services of other machines listen there.</summary>
    private const int MinResponsePort = 1024;

    private readonly Dictionary<SocketId, DiscoverySockets> _discovery = [];

    /// <summary>What a Binding request asks of its answer.</summary>
    private struct DiscoveryTerms
    {
        public ChangeRequest Change;
        public ushort Port;
        public bool WantsPadding;
        public int PaddingBytes;
    }

    /// <summary>
    /// Has four UDP listeners answer NAT behaviour discovery (RFC 5780): announced with <see cref="AddListener"/> before, on two addresses, each with
    /// the same two ports. Whoever asks may then have a Binding answer sent from any of them, to any unprivileged port of the asking address.
    /// </summary>
    /// <param name="first">One of them.</param>
    /// <param name="otherPort">On its address, with the other port.</param>
    /// <param name="otherAddress">On the other address, with its port.</param>
    /// <param name="otherBoth">On the other address, with the other port.</param>
    /// <exception cref="ArgumentException">One is no UDP listener, or they are not two addresses by two ports.</exception>
    public void AddDiscovery(SocketId first, SocketId otherPort, SocketId otherAddress, SocketId otherBoth)
    {
        (SocketId, TransportAddress)[] places = [Place(first), Place(otherPort), Place(otherAddress), Place(otherBoth)];
        TransportAddress[] at = [.. places.Select(place => place.Item2)];
        bool isSquare = at[0].HasSameAddress(in at[1]) && at[2].HasSameAddress(in at[3]) && !at[0].HasSameAddress(in at[2]) &&
            at[0].Port == at[2].Port && at[1].Port == at[3].Port && at[0].Port != at[1].Port;
        if (!isSquare) throw new ArgumentException("The listeners are not two addresses by two ports.", nameof(first));

        for (int i = 0; i < places.Length; i++) _discovery[places[i].Item1] = new DiscoverySockets(places, i);
    }

    private (SocketId Via, TransportAddress Address) Place(SocketId via)
    {
        if (!_listeners.TryGetValue(via, out Listener? listener) || listener.Kind != ListenerKind.Datagram)
            throw new ArgumentException("It is no UDP listener.", nameof(via));

        // Behind a one-to-one NAT clients know the listener by its external address.
        TransportAddress local = listener.Reached;
        return (via, _group.TryFindHost(in local, out RelayHost host) ? host.External.WithPort(local.Port) : local);
    }

    /// <summary>Preparing the response (RFC 5780 section 6.1).</summary>
    private RelayVerdict OnDiscovery(scoped ref RelayRequest request, DiscoverySockets sockets)
    {
        if (HasUnknownAttributes(ref request, in UnderstoodInDiscovery, out RelayVerdict refusal)) return refusal;
        if (!TryReadTerms(ref request, out DiscoveryTerms terms)) return Fail(ref request, StunErrorCode.BadRequest);

        (SocketId via, TransportAddress origin) = sockets.After(terms.Change);
        (_, TransportAddress other) = sockets.After(ChangeRequest.Address | ChangeRequest.Port);
        StunMessageWriter writer = BeginSuccess(ref request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in request.Source);
        writer.AddAddress(StunAttributeType.MappedAddress, in request.Source);
        writer.AddAddress(StunAttributeType.ResponseOrigin, in origin);
        writer.AddAddress(StunAttributeType.OtherAddress, in other);
        if (terms.WantsPadding) writer.AddPadding(terms.PaddingBytes);

        int length = writer.Finish(null, StunIntegrity.None, request.Message.HasFingerprint);
        if (!MayReply(ref request, length)) return RelayVerdict.Drop;
        if (length == 0) return Drop(RelayCounter.DroppedTooLong);

        _counters.Add(RelayCounter.BindingAnswers);
        return new RelayVerdict(RelayAction.Reply, via, request.Client.WithPort(terms.Port), 0, length);
    }

    private static bool TryReadTerms(scoped ref RelayRequest request, out DiscoveryTerms terms)
    {
        ref readonly StunMessage message = ref request.Message;
        terms = default;
        if (message.Has(StunAttributeType.ChangeRequest) && !message.TryGetChangeRequest(out terms.Change)) return false;

        // No more than was sent: a short request must not draw a long answer (RFC 5780 section 10).
        terms.WantsPadding = message.TryGet(StunAttributeType.Padding, out ReadOnlySpan<byte> padding);
        terms.PaddingBytes = Math.Min(padding.Length & ~3, MaxPaddingBytes);

        terms.Port = request.Client.Port;
        if (!message.Has(StunAttributeType.ResponsePort)) return true;

        bool isAllowed = message.TryGetResponsePort(out terms.Port) && (terms.Port >= MinResponsePort || terms.Port == request.Client.Port);
        return isAllowed && !terms.WantsPadding;
    }
}
