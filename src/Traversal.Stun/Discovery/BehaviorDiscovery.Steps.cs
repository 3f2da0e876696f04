using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

public sealed partial class BehaviorDiscovery
{
    // Where silence is the answer it has to be certain: with a fifth of the packets lost each way, one probe in five hundred is wrong.
    private const int Transmissions = 6;
    private const int LastWaits = 16;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);

    // Each step has what it needs from those before it; a step that was taken is not taken again.
    private void Advance(MonotonicTime now)
    {
        if (!_mappingFirst.HasArrived) return;
        Adapt();
        if (_mappingOther is null) TestMapping(now);
        if (_filteringFirst.HasArrived && _filteringBoth is null && !_other.IsNone) TestFiltering(now);
        if (_filteringFirst.HasArrived && _hairpinForth is null && _settings.TestHairpinning && IsTranslated && HasTestedFiltering) TestHairpinning(now);
        if (_filteringFirst.HasArrived) TestLifetime(now);
    }

    // The shortest is the nearest to the path's: a process that has just started takes its time.
    private void Adapt()
    {
        TimeSpan roundTrip = TimeSpan.FromTicks(Math.Min(
            (_mappingFirst.RoundTrip ?? TimeSpan.MaxValue).Ticks, (_filteringFirst.RoundTrip ?? TimeSpan.MaxValue).Ticks));
        if (roundTrip == TimeSpan.MaxValue) return;

        long ticks = Math.Clamp(roundTrip.Ticks * 3, ShortestTimeout.Ticks, Math.Max(_settings.Retransmission.InitialTimeout.Ticks, ShortestTimeout.Ticks));
        _schedule = new RetransmissionSchedule(TimeSpan.FromTicks(ticks), Transmissions, TimeSpan.FromTicks(ticks) * LastWaits);
    }

    private bool IsTranslated => _mappingFirst.HasArrived && _mappingFirst.Mapped != _local;

    // A request through the hairpin would open the filter for this machine's own public address.
    private bool HasTestedFiltering => _other.IsNone || (_filteringBoth is { IsPending: false } && _filteringPort is { IsPending: false });

    private void TestMapping(MonotonicTime now)
    {
        _other = UsableOther(_mappingFirst.OtherAddress);
        if (!_other.IsNone)
        {
            _mappingOther = Add(new Probe(MappingSocket, _other.WithPort(_settings.Server.Port), now));
            _mappingOtherPort = Add(new Probe(MappingSocket, _other, now));
        }
        else if (!_settings.SecondServer.IsNone)
        {
            _mappingOther = Add(new Probe(MappingSocket, _settings.SecondServer, now));
        }
    }

    private void TestFiltering(MonotonicTime now)
    {
        TransportAddress server = _settings.Server;
        _filteringBoth = Add(new Probe(FilteringSocket, server, now) { Change = ChangeRequest.Address | ChangeRequest.Port, ExpectedSource = _other });
        _filteringPort = Add(new Probe(FilteringSocket, server, now) { Change = ChangeRequest.Port, ExpectedSource = server.WithPort(_other.Port) });
    }

    // Both ways, so that each opens the filter for the other.
    private void TestHairpinning(MonotonicTime now)
    {
        _hairpinForth = Add(new Probe(MappingSocket, _filteringFirst.Mapped, now) { IsHairpin = true, ExpectedSocket = FilteringSocket });
        _hairpinBack = Add(new Probe(FilteringSocket, _mappingFirst.Mapped, now) { IsHairpin = true, ExpectedSocket = MappingSocket });
    }

    // What the server says is where requests will be sent to: it must be another address and another port, and one that a host can have.
    private TransportAddress UsableOther(in TransportAddress other)
    {
        TransportAddress server = _settings.Server;
        bool usable = other.Family == server.Family && !other.IsUnspecified && !other.HasSameAddress(in server) && other.Port != server.Port && other.Port != 0
            && !(other.IsIPv4 && other.IPv4Bits >> 28 >= 0xE) && !(other.IsIPv6 && other.HighBits >> 56 == 0xFF);
        return usable ? other : default;
    }
}
