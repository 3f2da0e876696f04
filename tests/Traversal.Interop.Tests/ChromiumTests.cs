using Microsoft.Playwright;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>Two RTCPeerConnections in a headless Chromium, allowed to use relayed candidates alone, talk through the server.</summary>
public sealed class ChromiumTests
{
    private const int Messages = 1000;

    [Theory]
    [InlineData("turn", "udp")]
    [InlineData("turn", "tcp")]
    [InlineData("turns", "tcp")]
    public async Task A_thousand_data_channel_messages_arrive_in_order_through_two_relays(string scheme, string transport)
    {
        await using ChromiumPage browser = await ChromiumPage.OpenAsync();
        using var certificate = new CertificateFolder();
        await using TraversalServer server = await TraversalServer.StartAsync(certificate);
        string script = await ChromiumPage.ReadScriptAsync("relay.js");
        var iceServer = new
        {
            urls = $"{scheme}:127.0.0.1:{server.Port}?transport={transport}",
            username = TraversalServer.User,
            credential = TraversalServer.Password,
        };

        Exchange exchange;
        try
        {
            exchange = await browser.Page.EvaluateAsync<Exchange>(script, new { iceServer, count = Messages });
        }
        catch (PlaywrightException failure)
        {
            Assert.Fail($"{failure.Message}\n\n{server.Process.Transcript}");
            throw;
        }

        Assert.Equal(Numbered("message"), exchange.Arrivals);
        Assert.Equal(Numbered("echo message"), exchange.Echoes);
        foreach (SelectedPair pair in new[] { exchange.Caller, exchange.Callee })
        {
            Assert.Equal("relay", pair.LocalType);
            Assert.Equal("relay", pair.RemoteType);
            Assert.Equal(string.Equals(scheme, "turns", StringComparison.Ordinal) ? "tls" : transport, pair.RelayProtocol);

            // Each end may have several relays, and the ends need not be on the same pair of them at the moment when each is asked.
            Assert.StartsWith("127.0.0.1:", pair.LocalAddress, StringComparison.Ordinal);
            Assert.StartsWith("127.0.0.1:", pair.RemoteAddress, StringComparison.Ordinal);
        }
    }

    private static string[] Numbered(string text) => [.. Enumerable.Range(0, Messages).Select(number => $"{text} {number}")];

    /// <summary>What the page reports.</summary>
    internal sealed class Exchange
    {
        public string[] Arrivals { get; set; } = [];

        public string[] Echoes { get; set; } = [];

        public SelectedPair Caller { get; set; } = new();

        public SelectedPair Callee { get; set; } = new();
    }

    /// <summary>The selected candidate pair of one end.</summary>
    internal sealed class SelectedPair
    {
        public string LocalType { get; set; } = "";

        public string RemoteType { get; set; } = "";

        public string RelayProtocol { get; set; } = "";

        public string LocalAddress { get; set; } = "";

        public string RemoteAddress { get; set; } = "";
    }
}
