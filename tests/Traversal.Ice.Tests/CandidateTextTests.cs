using System.Text;
using Traversal.Primitives;

namespace Traversal.Ice.Tests;

/// <summary>Candidate lines (RFC 8839 section 5.1), as browsers and libraries write them, and as nobody should.</summary>
public sealed class CandidateTextTests
{
    private const string Plain = "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host";

    [Theory]
    [InlineData(Plain)]
    [InlineData("candidate:842163049 1 udp 1677729535 198.51.100.7 60769 typ srflx raddr 10.0.0.7 rport 60769")]
    [InlineData("candidate:842163049 1 udp 1677729535 198.51.100.7 60769 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag 4ZcD network-cost 999")]
    [InlineData("candidate:3 2 udp 255 2001:db8::17 50000 typ relay raddr 2001:db8::1 rport 6000")]
    [InlineData("candidate:H1 1 tcp 2105524479 192.0.2.1 9 typ host tcptype active")]
    [InlineData("candidate:a+/Z 256 udp 1 192.0.2.1 65535 typ prflx raddr 192.0.2.9 rport 1 x y z 0")]
    [InlineData("candidate:1 1 udp 2113937151 5a6b7c8d-0000-4000-8000-123456789abc.local 60769 typ host generation 0")]
    public void What_is_read_is_written_the_same(string line)
    {
        Assert.True(IceCandidate.TryParse(line, out IceCandidate? candidate));
        Assert.Equal(line, candidate!.ToString());
    }

    [Theory]
    [InlineData("a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\n")]
    [InlineData("1 1 UDP 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 Udp 2130706431 192.0.2.1 5000 typ host ")]
    public void It_may_stand_in_SDP_without_its_name_and_with_any_case(string line)
    {
        Assert.True(IceCandidate.TryParse(line, out IceCandidate? candidate));
        Assert.Equal(Plain, candidate!.ToString());
    }

    [Fact]
    public void TCP_in_capitals_is_TCP()
    {
        Assert.True(IceCandidate.TryParse("candidate:2 1 TCP 1015021823 192.0.2.1 9 typ host raddr 192.0.2.2 rport 9 tcptype active", out IceCandidate? candidate));
        Assert.Equal(IceTransport.Tcp, candidate!.Transport);
        Assert.True(candidate.TryGetExtension("tcptype", out ReadOnlySpan<char> type));
        Assert.Equal("active", type.ToString());
        Assert.Equal(TransportAddress.Parse("192.0.2.2:9"), candidate.RelatedAddress);
    }

    [Fact]
    public void Unknown_extensions_are_kept_in_order()
    {
        Assert.True(IceCandidate.TryParse(Plain + " generation 0 ufrag abcd network-id 1", out IceCandidate? candidate));
        Assert.Equal("generation 0 ufrag abcd network-id 1", candidate!.Extensions);
        Assert.True(candidate.TryGetExtension("ufrag", out ReadOnlySpan<char> ufrag));
        Assert.Equal("abcd", ufrag.ToString());
        Assert.False(candidate.TryGetExtension("abcd", out _));
    }

    [Fact]
    public void A_name_is_kept_to_be_resolved()
    {
        Assert.True(IceCandidate.TryParse("candidate:1 1 udp 1 0f.local 5000 typ host", out IceCandidate? candidate));
        Assert.Equal("0f.local", candidate!.HostName);
        Assert.Equal(5000, candidate.Address.Port);
    }

    [Theory]
    [InlineData("")]
    [InlineData("candidate:")]
    [InlineData("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ")]
    [InlineData("candidate:1 1 udp 2130706431 192.0.2.1 5000 host")]
    [InlineData("candidate:1_ 1 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:123456789012345678901234567890123 1 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 0 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 257 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 -1 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 sctp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 0 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 2147483648 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 99999999999999999999 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.256 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 0x7f.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 010.0.0.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 2130706433 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 65536 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ guest")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ srflx raddr")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ srflx raddr 192.0.2.1 rport")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ host lonely")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ host a\tb c")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000 typ host a b\0")]
    [InlineData("candidate:1 1 udp 1 evil\n.local 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 -.local 5000 typ host")]
    public void What_breaks_the_grammar_is_refused(string line)
    {
        Assert.False(IceCandidate.TryParse(line, out IceCandidate? candidate));
        Assert.Null(candidate);
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused()
    {
        string line = Plain + string.Concat(Enumerable.Repeat(" x y", 1 + (IceCandidate.MaxTextLength - Plain.Length) / 4));

        Assert.False(IceCandidate.TryParse(line, out _));
        Assert.True(IceCandidate.TryParse(line.AsSpan()[..^4], out _));
    }

    [Fact]
    public void Mutated_lines_never_throw_and_what_is_taken_is_read_again()
    {
        string[] seeds = [Plain + " raddr 10.0.0.1 rport 9 tcptype so generation 0", "candidate:1 1 udp 1 ab.local 5000 typ relay raddr fe80::1%2 rport 1"];
        RandomSource random = RandomSource.Seeded(11);
        for (int i = 0; i < 50_000; i++)
        {
            var line = new StringBuilder(seeds[i & 1]);
            for (int edit = random.Next(4); edit >= 0; edit--) line[random.Next(line.Length)] = " 0:.%aZ/+\t\0é9-"[random.Next(14)];
            if (!IceCandidate.TryParse(line.ToString(), out IceCandidate? candidate)) continue;

            Assert.True(IceCandidate.TryParse(candidate!.ToString(), out IceCandidate? again), line.ToString());
            Assert.Equal(candidate.ToString(), again!.ToString());
        }
    }
}
