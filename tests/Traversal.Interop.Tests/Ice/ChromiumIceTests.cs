using System.Threading.Channels;
using Microsoft.Playwright;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Interop.Tests.Programs;
using Traversal.Primitives;

namespace Traversal.Interop.Tests.Ice;

/// <summary>Our agent answers the RTCPeerConnection of a page in a headless Chromium, or makes the offer, and both tell their candidates one by one.</summary>
public sealed class ChromiumIceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task It_connects(bool pageOffers, bool isLite)
    {
        await using ChromiumPage browser = await ChromiumPage.OpenAsync();
        IPage page = browser.Page;
        var signaling = new PageSignaling(page);
        await page.ExposeFunctionAsync<string>("tell", signaling.OnTold);
        await page.EvaluateAsync(await ChromiumPage.ReadScriptAsync("ice.js"), new { offers = pageOffers });
        await using var connection = new IceConnection(
            new IceConnectionOptions
            {
                Role = pageOffers ? IceRole.Controlled : IceRole.Controlling,
                IsLite = isLite,
                LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")],
            },
            signaling);

        IceOutcome outcome = await connection.ConnectAsync(TestContext.Current.CancellationToken).WaitAsync(Limit);

        Assert.True(outcome.IsConnected, $"{outcome}\n{signaling}");
        await page.WaitForFunctionAsync("() => states.includes('connected')");

        // Who leads is who made the offer, unless the other one can't (RFC 8445 section 6.1.1).
        Assert.Equal(pageOffers || isLite ? IceRole.Controlled : IceRole.Controlling, connection.Role);

        // The page begins with DTLS as soon as it has a path: a handshake record (RFC 6347 section 4.1).
        byte[] buffer = new byte[2000];
        ReceivedDatagram hello = await connection.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit);
        Assert.True(hello.IsOk && buffer is [22, 254, ..], $"{hello.Status}, {buffer[0]}");
        await page.EvaluateAsync("() => connection.close()");
    }

    private sealed class PageSignaling(IPage page) : ISignaling
    {
        private readonly Channel<IceSignal> _received = Channel.CreateUnbounded<IceSignal>();
        private readonly List<string> _log = [];

        public void OnTold(string json)
        {
            Log("page", json);
            if (IceSignal.TryParse(json, out IceSignal? signal, isLast: false)) _received.Writer.TryWrite(signal);
        }

        public async ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
        {
            string json = signal.ToJson();
            Log("ours", json);
            await page.EvaluateAsync("text => hear(text)", json);
        }

        public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken) => await _received.Reader.ReadAsync(cancellationToken);

        public override string ToString()
        {
            lock (_log) return string.Join('\n', _log);
        }

        private void Log(string who, string json)
        {
            lock (_log) _log.Add($"{who}: {json}");
        }
    }
}
