using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Traversal.Server;
using Traversal.Service.Configuration;
using Traversal.Service.Http;

namespace Traversal.Service.Tests;

public sealed class HttpSideTests
{
    [Fact]
    public async Task It_says_that_it_lives()
    {
        await using var service = await RunningService.StartAsync();

        Assert.Equal("live", await service.Client.GetStringAsync("/health/live"));
    }

    [Fact]
    public async Task Programs_of_this_machine_get_ice_servers_that_a_browser_takes()
    {
        await using var service = await RunningService.StartAsync();

        using JsonDocument document = JsonDocument.Parse(await service.Client.GetStringAsync("/ice-servers"));

        JsonElement server = Assert.Single(document.RootElement.GetProperty("iceServers").EnumerateArray());
        string[] urls = server.GetProperty("urls").EnumerateArray().Select(url => url.GetString()!).ToArray();
        Assert.Contains($"stun:{service.Server.Endpoints[0].Address}", urls, StringComparer.Ordinal);
        Assert.Contains($"turn:{service.Server.Endpoints[0].Address}?transport=udp", urls, StringComparer.Ordinal);
        Assert.Contains($"turn:{service.Server.Endpoints[1].Address}?transport=tcp", urls, StringComparer.Ordinal);
        Assert.Equal("alice", server.GetProperty("username").GetString());
        Assert.Equal("correct-horse", server.GetProperty("credential").GetString());
    }

    [Fact]
    public async Task With_a_secret_the_credential_is_time_limited()
    {
        await using var service = await RunningService.StartAsync(settings => settings.Server.AuthSecrets.Add("north"));

        using JsonDocument document = JsonDocument.Parse(await service.Client.GetStringAsync("/ice-servers"));

        JsonElement server = Assert.Single(document.RootElement.GetProperty("iceServers").EnumerateArray());
        long expiry = long.Parse(server.GetProperty("username").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        long untilExpiry = expiry - DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.InRange(untilExpiry, 1, (long)IceServers.CredentialLifetime.TotalSeconds);
        Assert.Equal(20, Convert.FromBase64String(server.GetProperty("credential").GetString()!).Length);
    }

    [Fact]
    public async Task With_keys_of_access_tokens_alone_there_is_no_credential_to_give()
    {
        await using var service = await RunningService.StartAsync(settings =>
        {
            settings.Server.Users.Clear();
            settings.Server.TokenKeys["key-1"] = new byte[32];
        });

        using JsonDocument document = JsonDocument.Parse(await service.Client.GetStringAsync("/ice-servers"));

        JsonElement server = Assert.Single(document.RootElement.GetProperty("iceServers").EnumerateArray());
        Assert.Equal("urls", Assert.Single(server.EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Whoever_comes_through_a_proxy_is_not_of_this_machine(string header, string value)
    {
        await using var service = await RunningService.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ice-servers");
        request.Headers.Add(header, value);

        using HttpResponseMessage response = await service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_page_that_rebinds_its_name_to_this_machine_is_refused()
    {
        await using var service = await RunningService.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ice-servers");
        request.Headers.Host = "attacker.example";

        using HttpResponseMessage response = await service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task No_other_origin_may_read_it()
    {
        await using var service = await RunningService.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ice-servers");
        request.Headers.Add("Origin", "https://attacker.example");

        using HttpResponseMessage response = await service.Client.SendAsync(request);

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private sealed class RunningService : IAsyncDisposable
    {
        private readonly HttpSide _http;

        private RunningService(TurnServer server, HttpSide http)
        {
            Server = server;
            _http = http;
            Client = new HttpClient { BaseAddress = new Uri($"http://{http.Endpoint}") };
        }

        public TurnServer Server { get; }

        public HttpClient Client { get; }

        public static async Task<RunningService> StartAsync(Action<ServiceSettings>? configure = null)
        {
            var settings = new ServiceSettings();
            settings.Server.Listeners.Add(ListenEndpoint.Parse("udp://127.0.0.1:0"));
            settings.Server.Listeners.Add(ListenEndpoint.Parse("tcp://127.0.0.1:0"));
            settings.Server.Users["alice"] = "correct-horse";
            configure?.Invoke(settings);
            var server = new TurnServer(settings.Server);
            await server.StartAsync();
            HttpSide http = await HttpSide.StartAsync(
                new IPEndPoint(IPAddress.Loopback, 0), settings, server, NullLoggerFactory.Instance, TimeProvider.System);
            return new RunningService(server, http);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _http.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
