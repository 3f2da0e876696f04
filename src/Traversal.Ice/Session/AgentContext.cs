using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>What the sessions of an agent share: one before and one after a restart.</summary>
internal sealed class AgentContext(IceAgentOptions options, RandomSource random)
{
    private readonly Queue<IceEvent> _events = new();

    public IceAgentOptions Options => options;

    public RandomSource Random => random;

    public List<LocalCandidate> Locals { get; } = [];

    /// <summary>Whether no more local candidates will come.</summary>
    public bool HasAllLocals { get; set; }

    public IceRole Role { get; set; } = options.Role;

    public ulong TieBreaker { get; set; } = random.NextUInt64();

    public IceCounters Counters { get; } = new();

    /// <summary>The state that events speak of.</summary>
    public IceAgentState State { get; set; }

    public IceRole OtherRole => Role == IceRole.Controlling ? IceRole.Controlled : IceRole.Controlling;

    public void Raise(IceEventKind kind)
    {
        if (_events.Count < IceLimits.MaxEvents)
            _events.Enqueue(new IceEvent(kind, State));
        else
            Counters.Add(IceCounter.DroppedOverLimit);
    }

    public bool TryTakeEvent(out IceEvent next) => _events.TryDequeue(out next);

    public void SwitchRole(IceRole role)
    {
        if (Role == role) return;

        Role = role;
        Raise(IceEventKind.RoleChanged);
    }

    /// <summary>The candidate to name a base by: the base itself where it is a candidate.</summary>
    public LocalCandidate? FindByBase(in TransportAddress baseAddress)
    {
        LocalCandidate? found = null;
        foreach (LocalCandidate local in Locals)
        {
            if (local.Base != baseAddress) continue;
            if (local.Address == baseAddress) return local;
            found ??= local;
        }

        return found;
    }
}
