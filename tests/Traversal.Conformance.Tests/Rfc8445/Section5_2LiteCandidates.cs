using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 5.2 and 5.3: candidates of a lite agent, and credentials.</summary>
public sealed class Section5_2LiteCandidates
{
    private readonly IceAgent _lite = new(new IceAgentOptions { IsLite = true }, new CheckPacer(), RandomSource.Seeded(1));

    [Fact]
    [Trait("Requirement", "RFC8445-5.2-5")]
    [Trait("Requirement", "RFC8445-5.2-6")]
    public void Foundations_differ_by_address_and_by_nothing_else()
    {
        string one = Add("192.0.2.1:1").Foundation;
        _lite.RemoveLocalCandidate(TransportAddress.Parse("192.0.2.1:1"), MonotonicTime.Zero);

        Assert.Equal(one, Add("192.0.2.1:2").Foundation);
        Assert.NotEqual(one, Add("192.0.2.2:1").Foundation, StringComparer.Ordinal);
        Assert.NotEqual(one, Add("[2001:db8::1]:1").Foundation, StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.2-7")]
    [Trait("Requirement", "RFC8445-5.2-8")]
    [Trait("Requirement", "RFC8445-5.2-9")]
    public void Priorities_are_those_of_host_candidates_each_its_own()
    {
        Assert.Equal((126u << 24) + (65535u << 8) + 255, Add("192.0.2.1:1").Priority);
        Assert.NotEqual(_lite.LocalCandidates[0].Priority, Add("[2001:db8::1]:1").Priority);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.2-1")]
    public void Each_IP_address_has_one_candidate()
    {
        Add("192.0.2.1:1");
        Add("[2001:db8::1]:1");

        Assert.Null(_lite.AddLocalCandidate(IceLocalCandidate.Host(TransportAddress.Parse("192.0.2.1:2")), MonotonicTime.Zero));
        Assert.Null(_lite.AddLocalCandidate(IceLocalCandidate.Host(TransportAddress.Parse("[2001:db8::1]:2")), MonotonicTime.Zero));
        Assert.Equal(2, _lite.LocalCandidates.Count);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.3-2")]
    public void Fragment_and_password_have_enough_of_random_bits()
    {
        const int Bits = 6; // Of a character of base64.
        var fragments = new HashSet<string>(StringComparer.Ordinal);
        for (ulong seed = 0; seed < 1000; seed++)
        {
            IceParameters parameters = new IceAgent(new IceAgentOptions(), new CheckPacer(), RandomSource.Seeded(seed)).LocalParameters;
            Assert.True(parameters.Ufrag.Length * Bits >= 24 && parameters.Password.Length * Bits >= 128 && parameters.IsWellFormed);
            Assert.True(fragments.Add(parameters.Ufrag) && fragments.Add(parameters.Password));
        }
    }

    private IceCandidate Add(string address) =>
        _lite.AddLocalCandidate(IceLocalCandidate.Host(TransportAddress.Parse(address)), MonotonicTime.Zero)!;
}
