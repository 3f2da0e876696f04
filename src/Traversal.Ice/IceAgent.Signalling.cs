using Traversal.Primitives;

namespace Traversal.Ice;

/// <content>What the two sides tell each other.</content>
public sealed partial class IceAgent
{
    // Nobody waits longer between checks, whatever a peer signals.
    private static readonly TimeSpan SlowestPacing = TimeSpan.FromSeconds(1);

    private readonly Foundations _foundations = new();
    private readonly LocalPreferences _preferences = new();

    /// <summary>The candidates of this side, as they are signalled.</summary>
    public IReadOnlyList<IceCandidate> LocalCandidates => [.. _context.Locals.Select(local => local.Signalled)];

    /// <summary>Adds a candidate of this side, at any time.</summary>
    /// <returns>
    /// What to signal; null where it is redundant (RFC 8445 section 5.1.3), there are too many, its address is of a kind that nobody signals (section 5.1.1.1),
    /// the policy leaves it out, or a lite agent has one of that IP address already (section 5.2).
    /// </returns>
    /// <exception cref="ArgumentException">The address or the base is missing.</exception>
    public IceCandidate? AddLocalCandidate(in IceLocalCandidate candidate, MonotonicTime now)
    {
        if (candidate.Address.IsNone || candidate.Base.IsNone) throw new ArgumentException("It has an address and a base.", nameof(candidate));

        IceAgentOptions options = _context.Options;
        if (options.RelayOnly && candidate.Kind != IceCandidateKind.Relayed) return null;
        if (options.IsLite && (candidate.Kind != IceCandidateKind.Host || HasAddressOf(in candidate))) return null;
        if (!AddressRules.MayBeCandidate(candidate.Address)) return null;
        if (_context.Locals.Count >= IceLimits.MaxLocalCandidates || IsRedundant(in candidate)) return null;

        ushort preference = candidate.LocalPreference ?? _preferences.Next(candidate.Kind, candidate.Address.Family);
        var signalled = new IceCandidate
        {
            Foundation = _foundations.Of(in candidate),
            Priority = CandidatePriority.Of(candidate.Kind, preference, IceCandidate.MinComponent),
            Address = candidate.Address,
            Kind = candidate.Kind,
            RelatedAddress = candidate.Kind switch
            {
                IceCandidateKind.Host => default,
                IceCandidateKind.Relayed => candidate.MappedAddress,
                _ => candidate.Base,
            },
        };
        var local = new LocalCandidate(signalled, candidate.Base);
        _context.Locals.Add(local);
        _session.OnLocalAdded(local, now);
        Update(now);
        return signalled;
    }

    /// <summary>Says that an address of this machine, or a relayed one, is gone, with every candidate that had it as its base.</summary>
    public void RemoveLocalCandidate(in TransportAddress baseAddress, MonotonicTime now)
    {
        TransportAddress gone = baseAddress;
        if (_context.Locals.RemoveAll(local => local.Base == gone) == 0) return;

        _session.OnLocalGone(in gone, now);
        _previous?.OnLocalGone(in gone, now);
        Update(now);
    }

    /// <summary>
    /// Says that a reflexive candidate is out of date, as the NAT gives its base another address by now: it is not signalled any more. What it is the base of
    /// goes on.
    /// </summary>
    public void WithdrawLocalCandidate(in TransportAddress address, in TransportAddress baseAddress)
    {
        (TransportAddress outdated, TransportAddress itsBase) = (address, baseAddress);
        if (outdated != itsBase) _context.Locals.RemoveAll(local => local.Address == outdated && local.Base == itsBase);
    }

    /// <summary>Says that there will be no more candidates of this side, so that a failure need not wait for them.</summary>
    public void EndLocalCandidates(MonotonicTime now)
    {
        _context.HasAllLocals = true;
        Update(now);
    }

    /// <summary>
    /// Begins the checks with what the peer has said. What differs from what it said before is a restart of the peer, and restarts this side too: its
    /// <see cref="LocalParameters"/> and candidates are then to be signalled again.
    /// </summary>
    /// <returns>False, and nothing done, where the texts break the grammar.</returns>
    public bool SetRemoteParameters(IceParameters parameters, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!parameters.IsWellFormed) return false;

        if (RemoteParameters is { } known)
        {
            if (known.Ufrag == parameters.Ufrag && known.Password == parameters.Password) return true;
            Restart(now);
        }

        // RFC 8445 section 6.1.1: a lite agent is controlled by a full one.
        if (parameters.IsLite != _context.Options.IsLite) _context.SwitchRole(parameters.IsLite ? IceRole.Controlling : IceRole.Controlled);
        _pacer = new CheckPacer(PacingWith(parameters));
        _session.Start(new Credentials(parameters), now);
        Update(now);
        return true;
    }

    /// <summary>Adds a candidate of the peer, at any time, before its credentials too.</summary>
    public IceCandidateVerdict AddRemoteCandidate(IceCandidate candidate, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        IceCandidateVerdict verdict = _session.AddRemote(candidate, now);
        Update(now);
        return verdict;
    }

    /// <summary>Says that there will be no more candidates of the peer.</summary>
    public void EndRemoteCandidates(MonotonicTime now)
    {
        _session.EndRemotes(now);
        Update(now);
    }

    /// <summary>
    /// Begins anew with other credentials (RFC 8445 section 9). The path that there is goes on being used, and its consent kept, until the new session has one.
    /// </summary>
    public void Restart(MonotonicTime now)
    {
        if (_session.Selected is not null)
        {
            _previous = _session;
            _previous.Retire();
            _previousEndsAt = MonotonicTime.Never;
        }

        _session = new Session(_context);
        Update(now);
    }

    // Under 50 ms only where both sides have said so, and then the slower of the two (RFC 8445 section 14.2).
    private TimeSpan PacingWith(IceParameters peer)
    {
        if (peer.Pacing is not { } theirs) return IceLimits.DefaultPacing;

        TimeSpan ours = _context.Options.Pacing, slower = theirs > ours ? theirs : ours;
        return slower < SlowestPacing ? slower : SlowestPacing;
    }

    private bool HasAddressOf(in IceLocalCandidate candidate)
    {
        foreach (LocalCandidate local in _context.Locals)
        {
            if (local.Address.HasSameAddress(candidate.Address)) return true;
        }

        return false;
    }

    private bool IsRedundant(in IceLocalCandidate candidate)
    {
        foreach (LocalCandidate local in _context.Locals)
        {
            bool hasSameBase = local.Base == candidate.Base || candidate.Kind == IceCandidateKind.Relayed;
            if (local.Address == candidate.Address && hasSameBase) return true;
        }

        return false;
    }
}
