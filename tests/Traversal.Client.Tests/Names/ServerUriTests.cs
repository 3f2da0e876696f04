namespace Traversal.Client.Tests.Names;

/// <summary>RFC 7064 and RFC 7065 section 3.1.</summary>
public sealed class ServerUriTests
{
    [Theory]
    [InlineData("stun:example.org", ServerScheme.Stun, "example.org", null, null)]
    [InlineData("stuns:example.org", ServerScheme.Stuns, "example.org", null, null)]
    [InlineData("stun:example.org:8000", ServerScheme.Stun, "example.org", 8000, null)]
    [InlineData("turn:example.org", ServerScheme.Turn, "example.org", null, null)]
    [InlineData("turns:example.org", ServerScheme.Turns, "example.org", null, null)]
    [InlineData("turn:example.org:8000", ServerScheme.Turn, "example.org", 8000, null)]
    [InlineData("turn:example.org?transport=udp", ServerScheme.Turn, "example.org", null, "udp")]
    [InlineData("turn:example.org?transport=tcp", ServerScheme.Turn, "example.org", null, "tcp")]
    [InlineData("turns:example.org?transport=tcp", ServerScheme.Turns, "example.org", null, "tcp")]
    [InlineData("turn:192.0.2.1:3478?transport=sctp", ServerScheme.Turn, "192.0.2.1", 3478, "sctp")]
    [InlineData("turn:[2001:db8::1]:3478", ServerScheme.Turn, "2001:db8::1", 3478, null)]
    [InlineData("stun:[2001:db8::1]", ServerScheme.Stun, "2001:db8::1", null, null)]
    public void The_forms_of_the_RFCs_are_read_and_written(string text, ServerScheme scheme, string host, int? port, string? transport)
    {
        Assert.True(ServerUri.TryParse(text, out ServerUri? uri));
        Assert.Equal((scheme, host, port, transport), (uri.Scheme, uri.Host, uri.Port, uri.Transport));
        Assert.Equal(text, uri.ToString());
        Assert.Equal(uri, ServerUri.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stun:")]
    [InlineData("example.org")]
    [InlineData("http:example.org")]
    [InlineData("1:example.org")]
    [InlineData("stun://example.org")]
    [InlineData("stun:user@example.org")]
    [InlineData("stun:example.org:0")]
    [InlineData("stun:example.org:65536")]
    [InlineData("stun:example.org:+1")]
    [InlineData("stun:example.org:")]
    [InlineData("stun:example.org?transport=udp")]
    [InlineData("turn:example.org?transport=")]
    [InlineData("turn:example.org?transport=udp&x=y")]
    [InlineData("turn:example.org?other=udp")]
    [InlineData("turn:[192.0.2.1]")]
    [InlineData("turn:[]")]
    [InlineData("turn:[")]
    [InlineData("turn:]")]
    [InlineData("turn:2001:db8::1:3478:x")]
    [InlineData("turn:[2001:db8::1")]
    [InlineData("turn:127.1")]
    [InlineData("turn:3232235777")]
    [InlineData("turn:exa mple.org")]
    [InlineData("turn:example..org")]
    public void Other_text_is_refused(string text) => Assert.False(ServerUri.TryParse(text, out _));

    [Theory]
    [InlineData("example.org", "stun:example.org")]
    [InlineData("127.0.0.1:3478", "stun:127.0.0.1:3478")]
    [InlineData("::1", "stun:[::1]")]
    [InlineData("[::1]:99", "stun:[::1]:99")]
    [InlineData("STUNS:example.org", "stuns:example.org")]
    [InlineData("localhost:3478", "stun:localhost:3478")]
    public void What_people_type_is_understood(string text, string expected)
    {
        Assert.True(ServerUri.TryParse(text, ServerScheme.Stun, out ServerUri? uri));
        Assert.Equal(expected, uri.ToString());
    }

    [Fact]
    public void Parts_that_make_no_URI_are_misuse()
    {
        Assert.Throws<ArgumentException>(() => new ServerUri(ServerScheme.Stun, "a b"));
        Assert.Throws<ArgumentException>(() => new ServerUri(ServerScheme.Stun, "example.org", 0));
        Assert.Throws<ArgumentException>(() => new ServerUri(ServerScheme.Stun, "example.org", transport: "udp"));
        Assert.Throws<ArgumentException>(() => new ServerUri(ServerScheme.Turn, "example.org", transport: "u p"));
        FormatException failure = Assert.Throws<FormatException>(() => ServerUri.Parse("stun://example.org"));
        Assert.Contains("such as stun:example.org:3478", failure.Message, StringComparison.Ordinal);
    }
}
