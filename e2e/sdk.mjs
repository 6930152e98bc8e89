// The official Node SDK, pointed at a gateway. Only the address is not the SDK's own.

import midtrans from "midtrans-client";

export const { SnapBi, SnapBiConfig } = midtrans;

/** Makes every further call of the SDK go to `lunas`, as the sandbox's merchant. */
export function pointSdkAt(lunas) {
  const { sandbox } = lunas;
  SnapBiConfig.getBaseUrl = () => lunas.baseUrl;
  SnapBiConfig.snapBiClientId = sandbox.clientId;
  SnapBiConfig.snapBiClientSecret = sandbox.clientSecret;
  SnapBiConfig.snapBiPrivateKey = sandbox.merchantPrivateKey;
  SnapBiConfig.snapBiPartnerId = sandbox.partnerId;
  SnapBiConfig.snapBiChannelId = sandbox.channelId;
  SnapBiConfig.snapBiPublicKey = sandbox.notificationPublicKey;
}
