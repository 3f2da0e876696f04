using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <content>What clients send, and what may come of it.</content>
internal sealed partial class RelayHarness
{
    /// <summary>A client asks for a new nonce when its own is older; the server's are good for ten minutes.</summary>
    private static readonly TimeSpan NonceRefresh = TimeSpan.FromMinutes(5);

    private static readonly byte[] NoNonce = new byte[32];

    // Every other one goes by way of batches, as far as that takes it.
    private int _datagrams;

    private readonly MonotonicTime[] _nonceTimes = new MonotonicTime[RelayClients.All.Length];

    private void SendDatagram(int client, in RelayEvent next)
    {
        byte[] sent = [.. next.Payload, .. next.Has(7) ? new byte[LargePayload] : []];
        Send(client, sent, key: null);
    }

    private void SendRequest(int client, in RelayEvent next)
    {
        bool redeems = next.Who >> 7 != 0;
        if (!next.Has(7)) _lastNumber++;
        if (_nonces[client] is null || _now.Now - _nonceTimes[client] > NonceRefresh) Send(client, RequestWriter.WriteChallengeable(), key: null);
        byte[] request = RequestWriter.Write(in next, _lastNumber, _nonces[client] ?? NoNonce, redeems ? _token : 0, out RelayKey key);
        Send(client, request, key);
    }

    private void Send(int client, byte[] sent, RelayKey? key)
    {
        RelayClient from = RelayClients.All[client];
        if (from.Address.IsIPv6) AddListenerIPv6();
        byte[] datagram = [.. sent];
        bool isInBatch = !from.IsStream && (_datagrams++ & 1) == 0;
        if (!isInBatch || !TryForwardInBatch(from, datagram, out RelayVerdict verdict))
            verdict = _machine.OnClientDatagram(from.Via, from.Address, datagram, _reply, in _now);
        if (verdict.Action != RelayAction.Drop)
        {
            ReadOnlySpan<byte> bytes = (verdict.Action == RelayAction.Reply ? _reply : datagram).AsSpan(verdict.Offset, verdict.Length);
            if (verdict.Via.Value >= FirstRelaySocket) CheckSentToPeer(client, in verdict, sent, bytes);
            else if (IsResponse(bytes)) CheckResponse(client, in verdict, sent, bytes, key);
            else CheckSentInProcess(client, in verdict, sent, bytes);
        }

        TakeCommands(client, key);
    }

    private bool TryForwardInBatch(RelayClient from, byte[] datagram, out RelayVerdict verdict)
    {
        Span<Datagram> batch = [new Datagram(from.Via, 0, datagram.Length, from.Address)];
        Span<int> hints = [RelayMachine.NoHint];
        _machine.Anticipate(batch, [RelayMachine.NoAllocation], hints);
        bool isForwarded = _machine.ForwardData(batch, hints, datagram, in _now, batch) == 1;
        verdict = isForwarded ? new RelayVerdict(RelayAction.Forward, batch[0].Socket, batch[0].Remote, batch[0].Start, batch[0].Length) : default;
        return isForwarded;
    }

    private void CheckSentToPeer(int client, in RelayVerdict verdict, byte[] sent, ReadOnlySpan<byte> bytes)
    {
        ModelAllocation? allocation = _allocations[client];
        Invariant.Holds(
            allocation?.RelayOf(verdict.Destination.Family)?.Socket == verdict.Via && verdict.Action != RelayAction.Reply,
            "Data goes through the own relay.");
        Invariant.Holds(
            ReadPeerAndData(allocation!, sent, out ReadOnlySpan<byte> data) == verdict.Destination,
            "Data goes to the peer that was named.");
        Invariant.Holds(data.SequenceEqual(bytes), "Data goes as it came.");
        Invariant.Holds(PeerRules.MayReach(verdict.Destination, _policy), "Nothing goes where nothing may go.");
    }

    private void CheckSentInProcess(int client, in RelayVerdict verdict, byte[] sent, ReadOnlySpan<byte> bytes)
    {
        Invariant.Holds(_allocations[client] is not null, "Data goes through a relay.");
        ModelAllocation allocation = _allocations[client]!;
        TransportAddress peer = ReadPeerAndData(allocation, sent, out ReadOnlySpan<byte> data);
        int target = IndexOf(verdict.Via, verdict.Destination);
        Invariant.Holds(target >= 0 && _allocations[target]?.RelayOf(peer.Family)?.Address == peer, "Data goes to the relay that was named.");
        CheckSentToClient(target, allocation.RelayOf(peer.Family)!.Address, data, bytes);
    }

    // The peer that a client names, if it may send there; none otherwise.
    private TransportAddress ReadPeerAndData(ModelAllocation allocation, byte[] sent, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (sent[0] >> 6 == 1)
        {
            data = sent.AsSpan(4, NaiveReader.Word(sent, 2));
            return allocation.PeerOf(NaiveReader.Word(sent, 0), _now.Now);
        }

        TransportAddress peer = default;
        bool hasData = false;
        var reader = new NaiveReader(sent);
        while (reader.Next())
        {
            if (reader.Type == StunAttributeType.XorPeerAddress && peer.IsNone) peer = ReadPeer(reader.Value, sent);
            if (reader.Type != StunAttributeType.Data || hasData) continue;
            data = reader.Value;
            hasData = true;
        }

        return allocation.MayExchange(in peer, _now.Now) ? peer : default;
    }

    private void CheckResponse(int client, in RelayVerdict verdict, byte[] request, ReadOnlySpan<byte> bytes, RelayKey? key)
    {
        RelayClient to = RelayClients.All[client];
        Invariant.Holds(verdict.Action == RelayAction.Reply && verdict.Via == to.Via && verdict.Destination == to.Address, "Who asks is answered.");
        Invariant.Holds(StunMessage.TryParseClassic(bytes, out StunMessage answer) == StunParseStatus.Ok, "An answer is a message.");
        Invariant.Holds(bytes.Slice(4, 16).SequenceEqual(request.AsSpan(4, 16)), "It has the request's transaction id.");
        Invariant.Holds(answer.HasFingerprint == answer.IsFingerprintValid(), "Its fingerprint is true.");

        if (answer.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce))
            (_nonces[client], _nonceTimes[client]) = (nonce.ToArray(), _now.Now);
        if (answer.Class != StunClass.SuccessResponse || answer.Method == StunMethod.Binding) return;

        Invariant.Holds(key is not null && key.Verifies(answer), "Only who has a key succeeds, and the answer is signed with it.");
        Invariant.Holds(key.End is not { } end || _now.Utc < end, "Nothing succeeds with a token that is over.");
        Remember(client, answer, request, key);
    }

    private void Remember(int client, in StunMessage answer, byte[] request, RelayKey key)
    {
        ModelAllocation? allocation = _allocations[client];
        Invariant.Holds(allocation is not null, "Only on an allocation something succeeds.");
        var reader = new NaiveReader(request);
        switch (answer.Method)
        {
            case StunMethod.Refresh:
                answer.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds);
                Invariant.Holds(seconds == 0 || IsLifetime(seconds, key), "The lifetime is within its limits.");

                // The server's clock has whole seconds.
                Invariant.Holds(key.End is not { } end || _now.Utc.AddSeconds(seconds) < end.AddSeconds(1), "No allocation outlives its token.");
                IPFamily family = IPFamily.None;
                while (reader.Next() && reader.IsProtected)
                {
                    if (reader.Type == StunAttributeType.RequestedAddressFamily && family == IPFamily.None) family = (IPFamily)reader.Value[0];
                }

                allocation.Refresh(family, _now.Now + TimeSpan.FromSeconds(seconds));
                break;

            case StunMethod.CreatePermission:
                while (reader.Next() && reader.IsProtected)
                {
                    if (reader.Type == StunAttributeType.XorPeerAddress) allocation.Permit(ReadPeer(reader.Value, request), _now.Now);
                }

                break;

            case StunMethod.ChannelBind:
                int channel = 0;
                TransportAddress peer = default;
                while (reader.Next() && reader.IsProtected)
                {
                    if (reader.Type == StunAttributeType.ChannelNumber && channel == 0) channel = NaiveReader.Word(reader.Value, 0);
                    if (reader.Type == StunAttributeType.XorPeerAddress && peer.IsNone) peer = ReadPeer(reader.Value, request);
                }

                allocation.Bind(channel, _options.ServeClassicChannels ? 0x7FFF : 0x4FFF, in peer, _now.Now);
                break;
        }
    }

    private static TransportAddress ReadPeer(ReadOnlySpan<byte> value, ReadOnlySpan<byte> message)
    {
        if (value.Length is not (8 or 20)) return default;
        Span<byte> address = value[4..].ToArray();
        for (int i = 0; i < address.Length; i++) address[i] ^= message[4 + i];
        return TransportAddress.FromBytes(address, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ NaiveReader.Word(message, 4)));
    }

    private static bool IsResponse(ReadOnlySpan<byte> bytes) => bytes.Length >= StunMessage.HeaderLength && bytes[0] < 0x40 && (bytes[0] & 1) != 0;

    private static int IndexOf(SocketId via, TransportAddress address) =>
        Array.FindIndex(RelayClients.All, client => client.Via == via && client.Address == address);
}
