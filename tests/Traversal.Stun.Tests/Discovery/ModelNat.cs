using Traversal.Primitives;
using Traversal.Stun.Discovery;

namespace Traversal.Stun.Tests.Discovery;

/// <summary>A NAT as RFC 4787 describes them, in virtual time.</summary>
internal sealed class ModelNat
{
    private static readonly TransportAddress Public = TransportAddress.Parse("203.0.113.1:0");

    private readonly Dictionary<(TransportAddress Local, TransportAddress Key), Binding> _bindings = [];
    private ushort _nextPort = 20_000;

    public NatMapping Mapping { get; init; } = NatMapping.EndpointIndependent;

    public NatFiltering Filtering { get; init; } = NatFiltering.EndpointIndependent;

    public bool Hairpins { get; init; }

    public bool PreservesPort { get; init; }

    /// <summary>How long a binding lives after what went out through it.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(10);

    public static bool IsPublic(in TransportAddress address) => address.HasSameAddress(Public);

    /// <summary>The source that a packet leaves with.</summary>
    public TransportAddress Out(in TransportAddress local, in TransportAddress remote, MonotonicTime now)
    {
        if (Mapping == NatMapping.None) return Remember(local, local, default, remote, now);

        TransportAddress key = KeyOf(Mapping, in remote);
        bool known = _bindings.TryGetValue((local, key), out Binding? binding) && now - binding.LastOut < Lifetime;
        return Remember(known ? binding!.Mapped : Public.WithPort(PreservesPort ? local.Port : _nextPort++), local, key, remote, now);
    }

    /// <summary>Where a packet that comes in is delivered; the default value if it is dropped.</summary>
    public TransportAddress In(in TransportAddress source, TransportAddress destination, MonotonicTime now)
    {
        (TransportAddress local, Binding? binding) = _bindings.Where(pair => pair.Value.Mapped == destination && now - pair.Value.LastOut < Lifetime)
            .Select(pair => (pair.Key.Local, pair.Value)).FirstOrDefault();
        if (binding is null) return default;
        return Filtering == NatFiltering.EndpointIndependent || binding.Allowed.Contains(KeyOf(Filtering, in source)) ? local : default;
    }

    private TransportAddress Remember(TransportAddress mapped, in TransportAddress local, in TransportAddress key, in TransportAddress remote, MonotonicTime now)
    {
        if (!_bindings.TryGetValue((local, key), out Binding? binding) || binding.Mapped != mapped) _bindings[(local, key)] = binding = new Binding(mapped);
        binding.LastOut = now;
        binding.Allowed.Add(KeyOf(Filtering, in remote));
        return mapped;
    }

    private static TransportAddress KeyOf(NatMapping mapping, in TransportAddress remote) => mapping switch
    {
        NatMapping.AddressDependent => remote.WithPort(0),
        NatMapping.AddressAndPortDependent => remote,
        _ => default,
    };

    private static TransportAddress KeyOf(NatFiltering filtering, in TransportAddress remote) => filtering switch
    {
        NatFiltering.AddressDependent => remote.WithPort(0),
        NatFiltering.AddressAndPortDependent => remote,
        _ => default,
    };

    private sealed class Binding(TransportAddress mapped)
    {
        public TransportAddress Mapped { get; } = mapped;

        public MonotonicTime LastOut { get; set; }

        public HashSet<TransportAddress> Allowed { get; } = [];
    }
}
