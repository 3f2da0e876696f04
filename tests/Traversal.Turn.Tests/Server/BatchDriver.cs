using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>
/// Hands a relay the datagrams of a slab, in which each has headroom, in batches or one by one, and does what the relay commands after each of them. What
/// is sent is read when all is done, as the bytes stay in the slab until then.
/// </summary>
internal sealed class BatchDriver(TestRelay relay, bool looksAhead)
{
    private readonly List<(RelayVerdict Verdict, byte[] Bytes, int Start)> _sent = [];
    private byte[] _slab = [];

    /// <summary>How many went on by way of <see cref="RelayMachine.ForwardData"/>.</summary>
    public int Forwarded { get; private set; }

    /// <summary>What was answered to the last batch.</summary>
    public IReadOnlyList<Sent> Replies { get; private set; } = [];

    /// <summary>Hands in what came at once.</summary>
    /// <returns>A line for each datagram that is sent, and for each allocation that ended.</returns>
    public List<string> Handle(ReadOnlySpan<Datagram> batch, byte[] slab)
    {
        _slab = [.. slab];
        if (looksAhead) HandleInBatch(batch);
        else foreach (ref readonly Datagram datagram in batch) HandleOne(in datagram, RelayMachine.NoHint);

        List<string> lines = [.. _sent.Select(one => Text(one.Verdict, one.Bytes.AsSpan(one.Start + one.Verdict.Offset, one.Verdict.Length)))];
        while (relay.Machine.TryTakeEnd(out AllocationEnd end)) lines.Add($"{end.Client} {end.Reason} {end.Peers} {end.BytesToPeers} {end.BytesToClient}");
        Replies = [.. _sent.Where(one => one.Verdict.Action == RelayAction.Reply && one.Bytes[0] < 0x40).Select(one => Sent.From(one.Verdict, [], one.Bytes))];
        _sent.Clear();
        return lines;
    }

    private void HandleInBatch(ReadOnlySpan<Datagram> batch)
    {
        int[] owners = new int[batch.Length], hints = new int[batch.Length];
        var outgoing = new Datagram[batch.Length];
        for (int i = 0; i < batch.Length; i++) owners[i] = relay.OwnerOf(batch[i].Socket);
        relay.Machine.Anticipate(batch, owners, hints);
        for (int i = 0; i < batch.Length; i++)
        {
            int count = relay.Machine.ForwardData(batch[i..], hints.AsSpan(i), _slab, relay.Clock, outgoing);
            foreach (ref readonly Datagram datagram in outgoing.AsSpan(0, count))
            {
                var verdict = new RelayVerdict(RelayAction.Forward, datagram.Socket, datagram.Remote, datagram.Start, datagram.Length);
                _sent.Add((verdict with { Header = datagram.Header }, _slab, 0));
            }

            Forwarded += count;
            i += count;
            if (i < batch.Length) HandleOne(in batch[i], hints[i]);
        }
    }

    private void HandleOne(in Datagram datagram, int hint)
    {
        byte[] reply = new byte[RelayMachine.MinReplyLength];
        int owner = relay.OwnerOf(datagram.Socket);
        int start = owner == RelayMachine.NoAllocation ? datagram.Start : datagram.Start - RelayMachine.Headroom;
        Span<byte> packet = _slab.AsSpan(start, datagram.Start - start + datagram.Length);
        RelayVerdict verdict = owner == RelayMachine.NoAllocation
            ? relay.Machine.OnClientDatagram(datagram.Socket, datagram.Remote, packet, reply, relay.Clock, hint, datagram.Header)
            : relay.Machine.OnPeerDatagram(owner, datagram.Remote, packet, relay.Clock, datagram.Header);
        bool isReply = verdict.Action is RelayAction.Reply or RelayAction.LastReply;
        if (verdict.Action != RelayAction.Drop) _sent.Add((verdict, isReply ? reply : _slab, isReply ? 0 : start));
        if (relay.Drain() is { IsNothing: false } late) _sent.Add((new RelayVerdict(late.Action, late.Via, late.Destination, 0, late.Bytes.Length), late.Bytes, 0));
    }

    private static string Text(RelayVerdict verdict, ReadOnlySpan<byte> bytes) =>
        $"{verdict.Action} {verdict.Via} {verdict.Destination} {verdict.Header} {Convert.ToHexString(bytes)}";
}
