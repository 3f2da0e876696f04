using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>Signals as text.</summary>
public sealed class IceSignalTests
{
    private static readonly IceParameters Parameters = new() { Ufrag = "abcd", Password = "0123456789012345678901", SupportsRenomination = true, Pacing = TimeSpan.FromMilliseconds(5) };

    private static readonly IceCandidate Candidate = new() { Foundation = "1", Priority = 2_130_706_431, Address = TransportAddress.Parse("192.0.2.1:5000"), Kind = IceCandidateKind.Host };

    [Fact]
    public void What_is_written_is_read()
    {
        string json = new IceSignal(Parameters, [Candidate], IsLast: false).ToJson();

        Assert.StartsWith("{\"ufrag\":\"abcd\",\"pwd\":\"0123456789012345678901\",\"candidates\":[\"candidate:1 1 udp", json, StringComparison.Ordinal);
        Assert.True(IceSignal.TryParse(json, out IceSignal? read));
        Assert.Equal(Parameters, read.Parameters);
        Assert.Equal([Candidate.ToString()], read.Candidates.Select(candidate => candidate.ToString()), StringComparer.Ordinal);
        Assert.False(read.IsLast);
    }

    [Fact]
    public void What_others_write_is_read()
    {
        Assert.True(IceSignal.TryParse(
            """{"ufrag":"abcd","pwd":"0123456789012345678901","candidates":["candidate:1 1 udp 1 192.0.2.1 5 typ host","nonsense",7],"more":{"x":[1]}}""",
            out IceSignal? read));
        Assert.Single(read.Candidates);
        Assert.True(read.IsLast);
        Assert.Null(read.Parameters.Pacing);
        Assert.False(read.Parameters.SupportsRenomination);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"ufrag\":\"abcd\"}")]
    [InlineData("{\"ufrag\":\"abcd\",\"pwd\":\"short\"}")]
    [InlineData("{\"ufrag\":5,\"pwd\":\"0123456789012345678901\"}")]
    [InlineData("{\"ufrag\":\"a\\ud800b\",\"pwd\":\"0123456789012345678901\"}")]
    [InlineData("{\"ufrag\":\"abcd\",\"pwd\":\"0123456789012345678901\"")]
    public void What_is_no_signal_is_not(string? text) => Assert.False(IceSignal.TryParse(text, out _));

    [Theory]
    [InlineData("\"pacing\":1e300")]
    [InlineData("\"pacing\":-1")]
    [InlineData("\"pacing\":\"5\"")]
    [InlineData("\"candidates\":{}")]
    [InlineData("\"end\":0,\"lite\":null,\"options\":7")]
    public void Absurd_parts_are_left_out(string part)
    {
        Assert.True(IceSignal.TryParse($$"""{"ufrag":"abcd","pwd":"0123456789012345678901",{{part}}}""", out IceSignal? read));
        Assert.Null(read.Parameters.Pacing);
        Assert.Empty(read.Candidates);
    }

    [Fact]
    public void A_flood_of_candidates_is_cut()
    {
        string many = string.Join(',', Enumerable.Repeat("\"candidate:1 1 udp 1 192.0.2.1 5 typ host\"", 1000));
        Assert.True(IceSignal.TryParse($$"""{"ufrag":"abcd","pwd":"0123456789012345678901","candidates":[{{many}}]}""", out IceSignal? read));
        Assert.Equal(IceSignal.MaxCandidates, read.Candidates.Count);
    }

    [Fact]
    public void Nobody_reads_the_password_in_a_log() => Assert.DoesNotContain("0123", new IceSignal(Parameters, [], true).ToString(), StringComparison.Ordinal);
}
