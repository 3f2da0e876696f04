using Traversal.Primitives;
using Traversal.Server.Rings;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>What goes to other shards and comes from them: written to their rings at once, shown to them once a round.</summary>
internal sealed partial class Shard
{
    /// <summary>After so many packets of one shard it is the next one's turn, and with the last the datagrams'.</summary>
    private const int MaxPacketsInTurn = 256;

    private readonly HandOverRings _rings;
    private readonly Doorbell _doorbell;
    private readonly int[] _addressees;
    private readonly bool[] _isAddressee;
    private int _addresseeCount;
    private bool _ringsWait;

    // A shard that is alone need not listen.
    private bool MaySleep => !_ringsWait && (_isAlone || _doorbell.TrySleep());

    /// <summary>Hands over what the last verdict said.</summary>
    private void HandOver(ReadOnlySpan<byte> data)
    {
        ref readonly HandOver handOver = ref _machine.HandOver;
        int to = handOver.Shard;
        if (to >= _rings.Shards || !_rings.Open(_number, to).TryWrite(in handOver, data))
        {
            _machine.OnHandOverDropped();
            return;
        }

        if (_isAddressee[to]) return;
        _isAddressee[to] = true;
        _addressees[_addresseeCount++] = to;
    }

    private void PublishHandOvers()
    {
        foreach (int to in _addressees.AsSpan(0, _addresseeCount))
        {
            _isAddressee[to] = false;
            _rings.Open(_number, to).Publish();
            _rings.DoorbellOf(to).Ring();
        }

        _addresseeCount = 0;
    }

    private void OnHandOvers(in Clock now)
    {
        if (!_doorbell.TryAnswer() && !_ringsWait) return;

        _ringsWait = false;
        for (int from = 0; from < _rings.Shards; from++)
        {
            if (_rings.Find(from, _number) is { } ring) OnRing(ring, in now);
        }
    }

    private void OnRing(HandOverRing ring, in Clock now)
    {
        for (int packets = 0; packets < MaxPacketsInTurn; packets++)
        {
            if (!ring.TryRead(out HandOver handOver, out Span<byte> packet)) return;

            RelayVerdict verdict = _machine.OnHandedOver(in handOver, packet, ReplySpan(), in now);
            DispatchForeign(in verdict, packet, in now);
        }

        _ringsWait = true;
    }
}
