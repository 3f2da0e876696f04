namespace Traversal.Stun.Discovery;

public sealed partial class BehaviorDiscovery
{
    /// <summary>What is known so far; all that can be once <see cref="IsComplete"/>.</summary>
    public NatBehavior Result
    {
        get
        {
            (NatMapping mapping, DiscoveryObstacle mappingObstacle) = JudgeMapping();
            (NatFiltering filtering, DiscoveryObstacle filteringObstacle) = JudgeFiltering();
            var result = new NatBehavior
            {
                LocalAddress = _local,
                MappedAddress = _mappingFirst.Mapped,
                OtherAddress = _other,
                Error = _mappingFirst.Error,
                RoundTrip = _mappingFirst.RoundTrip,
                Mapping = mapping,
                MappingObstacle = mappingObstacle,
                Filtering = filtering,
                FilteringObstacle = filteringObstacle,
                Hairpins = _hairpinForth is null ? null : _hairpinForth.HasArrived || _hairpinBack!.HasArrived,
                PreservesPort = IsTranslated ? _mappingFirst.Mapped.Port == _local.Port : null,
                RewritesPayload = _mappingFirst.Mapped != _mappingFirst.MappedInTheClear,
            };
            return WithLifetime(result);
        }
    }

    // RFC 5780 section 4.3.
    private (NatMapping Mapping, DiscoveryObstacle Obstacle) JudgeMapping()
    {
        if (!_mappingFirst.HasArrived) return (NatMapping.Unknown, ObstacleOf(_mappingFirst));
        if (!IsTranslated) return (NatMapping.None, DiscoveryObstacle.None);
        if (_mappingOther is null) return (NatMapping.Unknown, DiscoveryObstacle.NoOtherAddress);
        if (!_mappingOther.HasArrived) return (NatMapping.Unknown, OtherObstacleOf(_mappingOther));

        bool same = _mappingOther.Mapped == _mappingFirst.Mapped;
        if (_mappingOtherPort is null) return (same ? NatMapping.EndpointIndependent : NatMapping.EndpointDependent, DiscoveryObstacle.None);
        if (!_mappingOtherPort.HasArrived)
            return same ? (NatMapping.EndpointIndependent, DiscoveryObstacle.None) : (NatMapping.EndpointDependent, DiscoveryObstacle.None);

        NatMapping mapping = _mappingOtherPort.Mapped != _mappingOther.Mapped ? NatMapping.AddressAndPortDependent
            : same ? NatMapping.EndpointIndependent
            : NatMapping.AddressDependent;
        return (mapping, DiscoveryObstacle.None);
    }

    // RFC 5780 section 4.4.
    private (NatFiltering Filtering, DiscoveryObstacle Obstacle) JudgeFiltering()
    {
        if (!_mappingFirst.HasArrived) return (NatFiltering.Unknown, ObstacleOf(_mappingFirst));
        if (!_filteringFirst.HasArrived) return (NatFiltering.Unknown, ObstacleOf(_filteringFirst));
        if (_filteringBoth is null || _filteringPort is null) return (NatFiltering.Unknown, DiscoveryObstacle.NoOtherAddress);
        if (_filteringBoth.HasArrived) return (NatFiltering.EndpointIndependent, DiscoveryObstacle.None);
        if (_filteringBoth.Outcome != ProbeOutcome.Silence) return (NatFiltering.Unknown, ObstacleOf(_filteringBoth));

        // An address that answers nobody tells nothing by being silent.
        if (_mappingOther is not { HasArrived: true } && _mappingOtherPort is not { HasArrived: true })
            return (NatFiltering.Unknown, DiscoveryObstacle.OtherAddressSilent);
        if (_filteringPort.HasArrived) return (NatFiltering.AddressDependent, DiscoveryObstacle.None);

        return _filteringPort.Outcome == ProbeOutcome.Silence
            ? (NatFiltering.AddressAndPortDependent, DiscoveryObstacle.None)
            : (NatFiltering.Unknown, ObstacleOf(_filteringPort));
    }

    // RFC 5780 section 4.6.
    private NatBehavior WithLifetime(NatBehavior result)
    {
        if (_bindings.Length == 0) return result with { LifetimeObstacle = DiscoveryObstacle.NotTested };
        if (_bindings[0].Check is not { } control) return result with { LifetimeObstacle = ObstacleOf(_mappingFirst) is var first and not DiscoveryObstacle.None ? first : DiscoveryObstacle.NoAnswer };
        if (!control.HasArrived) return result with { LifetimeObstacle = control.Outcome == ProbeOutcome.Silence ? DiscoveryObstacle.NotSupported : ObstacleOf(control) };

        TimeSpan atLeast = _bindings.Where(test => test.Check is { HasArrived: true }).Max(test => test.Silence);
        TimeSpan[] gone = [.. _bindings.Where(test => test.Check is { IsPending: false, HasArrived: false } && test.Silence > atLeast).Select(test => test.Silence)];
        return result with { LifetimeAtLeast = atLeast, LifetimeAtMost = gone.Length == 0 ? null : gone.Min() };
    }

    private static DiscoveryObstacle OtherObstacleOf(Probe probe) =>
        ObstacleOf(probe) is var obstacle and not DiscoveryObstacle.NoAnswer ? obstacle : DiscoveryObstacle.OtherAddressSilent;

    private static DiscoveryObstacle ObstacleOf(Probe probe) => probe.Outcome switch
    {
        ProbeOutcome.Arrived => DiscoveryObstacle.None,
        ProbeOutcome.Elsewhere => DiscoveryObstacle.NotSupported,
        ProbeOutcome.Rejected when probe.Error == StunErrorCode.UnknownAttribute => DiscoveryObstacle.NotSupported,
        ProbeOutcome.Rejected => DiscoveryObstacle.Rejected,
        _ => DiscoveryObstacle.NoAnswer,
    };
}
