#: who am I
curl -s "https://graph.facebook.com/v22.0/me?access_token=$FACEBOOK_ACCESS_TOKEN" | jq .

#: how long the token lasts
curl -s "https://graph.facebook.com/v22.0/debug_token?\
input_token=$FACEBOOK_ACCESS_TOKEN\
&access_token=$FACEBOOK_ACCESS_TOKEN" | jq '.data | {valid, expires_at, scopes}'

#: ad accounts
curl -s "https://graph.facebook.com/v22.0/me/adaccounts?\
fields=id,name,account_status,currency\
&access_token=$FACEBOOK_ACCESS_TOKEN" | jq '.data[]'

#: upload an image
curl -s \
  -F "filename=$IMAGE_NAME" \
  -F "source=@$IMAGE_PATH" \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/adimages?access_token=$FACEBOOK_ACCESS_TOKEN" \
  | jq .

#: keep the hash of an image
HASH=$(curl -s \
  -F "filename=$IMAGE_NAME" \
  -F "source=@$IMAGE_PATH" \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/adimages?access_token=$FACEBOOK_ACCESS_TOKEN" \
  | jq -r ".images[\"$IMAGE_NAME\"].hash")
echo "Image hash: $HASH"

#: create a creative
curl -s \
  -X POST \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/adcreatives" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Summer Sale - Hero v1",
    "object_story_spec": {
      "page_id": "'"$PAGE_ID"'"
    },
    "asset_feed_spec": {
      "bodies": [
        {"text": "Stop losing receipts. Snap a photo and let AI handle the rest."},
        {"text": "Track expenses in seconds. No manual entry, no categories."}
      ],
      "titles": [
        {"text": "AI That Reads Your Receipts"},
        {"text": "Never Lose a Receipt Again"}
      ],
      "descriptions": [
        {"text": "Snap. AI logs it. Done."}
      ],
      "images": [
        {"hash": "'"$IMAGE_HASH"'"}
      ],
      "call_to_actions": [
        {
          "type": "LEARN_MORE",
          "value": {
            "link": "https://yoursite.com/lp",
            "link_caption": "yoursite.com"
          }
        }
      ],
      "optimization_type": "DEGREES_OF_FREEDOM"
    },
    "degrees_of_freedom_spec": {
      "creative_features_spec": {
        "standard_enhancements": {"enroll_status": "OPT_IN"}
      }
    },
    "access_token": "'"$FACEBOOK_ACCESS_TOKEN"'"
  }' \
  | jq .

#: create an ad
curl -s \
  -X POST \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Summer Sale - Hero v1",
    "adset_id": "'"$ADSET_ID"'",
    "creative": {
      "creative_id": "'"$CREATIVE_ID"'"
    },
    "status": "PAUSED",
    "access_token": "'"$FACEBOOK_ACCESS_TOKEN"'"
  }' \
  | jq .

#: insights of an ad
curl -s "https://graph.facebook.com/v22.0/$AD_ID/insights?\
fields=impressions,clicks,ctr,spend,cpc\
&date_preset=last_7d\
&access_token=$FACEBOOK_ACCESS_TOKEN" | jq .

#: activate an ad
curl -s \
  -X POST \
  "https://graph.facebook.com/v22.0/$AD_ID" \
  -d "status=ACTIVE&access_token=$FACEBOOK_ACCESS_TOKEN" \
  | jq .

#: pause an ad
curl -s \
  -X POST \
  "https://graph.facebook.com/v22.0/$AD_ID" \
  -d "status=PAUSED&access_token=$FACEBOOK_ACCESS_TOKEN" \
  | jq .

#: rate limit headers
curl -i "https://graph.facebook.com/v22.0/me?access_token=$FACEBOOK_ACCESS_TOKEN"

#: upload with retry
upload_with_retry() {
  local max_retries=3
  local wait=10
  for i in $(seq 1 $max_retries); do
    result=$(eval "$@")
    if echo "$result" | jq -e '.error.code == 294' > /dev/null 2>&1; then
      echo "Rate limited. Waiting ${wait}s (attempt $i/$max_retries)..." >&2
      sleep $wait
      wait=$((wait * 2))
    else
      echo "$result"
      return 0
    fi
  done
  echo "Max retries hit. Last response: $result" >&2
  return 1
}
upload_with_retry "curl -s -X POST https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads -d '...'"

#: is the token valid
curl -s "https://graph.facebook.com/v22.0/debug_token?\
input_token=$FACEBOOK_ACCESS_TOKEN\
&access_token=$FACEBOOK_ACCESS_TOKEN" | jq '.data.valid'

#: how long to wait
curl -i "https://graph.facebook.com/v22.0/me?access_token=$FACEBOOK_ACCESS_TOKEN" \
  | grep -i x-business-use-case-usage

#: a fresh hash
HASH=$(curl -s \
  -F "filename=image.jpg" \
  -F "source=@$IMAGE_PATH" \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/adimages?access_token=$FACEBOOK_ACCESS_TOKEN" \
  | jq -r '.images["image.jpg"].hash')
echo "$HASH"

#: retry with backoff
retry_with_backoff() {
  local max_retries=5
  local timeout=1
  local attempt=1
  local exitCode=0
  while [ $attempt -le $max_retries ]; do
    set +e
    "$@"
    exitCode=$?
    set -e
    if [ $exitCode -eq 0 ]; then
      return 0
    fi
    echo "Attempt $attempt failed. Retrying in ${timeout}s..." >&2
    sleep $timeout
    attempt=$((attempt + 1))
    timeout=$((timeout * 2))
  done
  echo "All $max_retries attempts failed." >&2
  return $exitCode
}
retry_with_backoff curl -s -X POST "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads" -d '...'

#: retry by error
call_api() {
  local response
  response=$(curl -s -X POST "$@")
  local error_code
  error_code=$(echo "$response" | jq -r '.error.code // empty')
  case $error_code in
    294)
      echo "Rate limited. Waiting 60s..." >&2
      sleep 60
      return 1
      ;;
    190)
      echo "Token expired. Please re-authenticate." >&2
      return 2
      ;;
    100)
      echo "Invalid parameter: $(echo "$response" | jq -r '.error.message')" >&2
      return 2
      ;;
    "")
      echo "$response"
      return 0
      ;;
    *)
      echo "Unknown error $error_code: $(echo "$response" | jq -r '.error.message')" >&2
      return 2
      ;;
  esac
}
until call_api "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads" -d '...'; do
  [ $? -eq 2 ] && break
done

#: verbose
curl -v \
  -X POST \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads" \
  -H "Content-Type: application/json" \
  -d '{...}' \
  2>&1 | tee debug.log

#: replay a request
cat > create-ad-request.json << EOF
{
  "name": "Test Ad",
  "adset_id": "$ADSET_ID",
  "creative": {"creative_id": "$CREATIVE_ID"},
  "status": "PAUSED",
  "access_token": "$FACEBOOK_ACCESS_TOKEN"
}
EOF
curl -s -X POST \
  "https://graph.facebook.com/v22.0/$META_AD_ACCOUNT/ads" \
  -H "Content-Type: application/json" \
  -d @create-ad-request.json \
  | jq .

#: quick test of the token
curl -f -s "https://graph.facebook.com/v22.0/me?access_token=$FACEBOOK_ACCESS_TOKEN" > /dev/null
if [ $? -eq 0 ]; then
  echo "Token valid"
else
  echo "Token invalid or expired"
fi

#: inspect a creative
curl -s "https://graph.facebook.com/v22.0/$CREATIVE_ID?\
fields=id,name,status,asset_feed_spec,object_story_spec\
&access_token=$FACEBOOK_ACCESS_TOKEN" | jq .
